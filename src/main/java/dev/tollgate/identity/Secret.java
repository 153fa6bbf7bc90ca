package dev.tollgate.identity;

import dev.tollgate.audit.Sha256;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** The secret of a virtual key, as its owner sends it. Prints as its shape only. */
public record Secret(String value) {
  private static final Pattern SHAPE = Pattern.compile("tg_[A-Za-z0-9_-]{43}");
  private static final int BYTES = 32;

  public Secret {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException("not a Tollgate key");
    }
  }

  /** The secret in a header's value, if it can be one. */
  public static Optional<Secret> parse(String value) {
    return SHAPE.matcher(value).matches() ? Optional.of(new Secret(value)) : Optional.empty();
  }

  static Secret random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new Secret("tg_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** The SHA-256 of the secret in hex: what stores know it by. 256 random bits need no salt. */
  String hash() {
    return Sha256.of(value);
  }

  @Override
  public String toString() {
    return "tg_***";
  }
}
