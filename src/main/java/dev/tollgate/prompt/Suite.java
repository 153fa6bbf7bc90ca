package dev.tollgate.prompt;

import dev.tollgate.audit.Sha256;
import java.util.Optional;

/**
 * The test suite of a prompt, as YAML in promptfoo's format. Line endings are normalised.
 *
 * @param heldOut the held-out tests, whose texts and responses are hidden from the author of the
 *     prompt
 */
public record Suite(String yaml, Optional<String> heldOut) {
  public Suite {
    yaml = normalised(yaml);
    heldOut = heldOut.map(Suite::normalised);
    if (yaml.isBlank() || heldOut.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException("a suite needs tests");
    }
  }

  /** A suite without held-out tests. */
  public Suite(String yaml) {
    this(yaml, Optional.empty());
  }

  private static String normalised(String yaml) {
    return yaml.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** The SHA-256 in hex of the text, or of the hashes of both texts. The gate compares it. */
  public String hash() {
    String open = Sha256.of(yaml);
    return heldOut.map(text -> Sha256.of(open + Sha256.of(text))).orElse(open);
  }
}
