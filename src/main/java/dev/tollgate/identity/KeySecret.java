package dev.tollgate.identity;

import dev.tollgate.audit.Sha256;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** The secret of a virtual key, as its owner sends it. {@link #toString} does not show it. */
public record KeySecret(String value) {
  private static final Pattern PATTERN = Pattern.compile("tg_[A-Za-z0-9_-]{43}");
  private static final int RANDOM_BYTES = 32;

  public KeySecret {
    if (!PATTERN.matcher(value).matches()) {
      throw new IllegalArgumentException("not a Tollgate key: expected tg_ and 43 characters");
    }
  }

  /** Parses the value of a header. */
  public static Optional<KeySecret> parse(String value) {
    return PATTERN.matcher(value).matches() ? Optional.of(new KeySecret(value)) : Optional.empty();
  }

  static KeySecret generate(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return new KeySecret("tg_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** The SHA-256 of the secret in hex, which stores use. 256 random bits need no salt. */
  String hash() {
    return Sha256.of(value);
  }

  @Override
  public String toString() {
    return "tg_***";
  }
}
