package dev.tollgate.prompt;

import dev.tollgate.audit.Sha256;
import java.util.Optional;

/**
 * The tests of a prompt, as YAML in promptfoo's format. Line endings are normalised.
 *
 * @param heldOut more of them, whose texts and answers are not shown to those who write the prompt
 */
public record Suite(String yaml, Optional<String> heldOut) {
  public Suite {
    yaml = normalised(yaml);
    heldOut = heldOut.map(Suite::normalised);
    if (yaml.isBlank() || heldOut.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException("a suite needs tests");
    }
  }

  /** A suite of which nothing is held out. */
  public Suite(String yaml) {
    this(yaml, Optional.empty());
  }

  private static String normalised(String yaml) {
    return yaml.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** The SHA-256 in hex of the text, or of the hashes of both texts: what the gate goes by. */
  public String hash() {
    String open = Sha256.of(yaml);
    return heldOut.map(text -> Sha256.of(open + Sha256.of(text))).orElse(open);
  }
}
