package dev.tollgate.prompt;

import dev.tollgate.ledger.Sha256;

/** The tests of a prompt, as YAML in promptfoo's format. Line endings are normalised. */
public record Suite(String yaml) {
  public Suite {
    yaml = yaml.replace("\r\n", "\n").replace('\r', '\n');
    if (yaml.isBlank()) {
      throw new IllegalArgumentException("a suite needs tests");
    }
  }

  /** The SHA-256 of the text in hex: what the gate goes by. */
  public String hash() {
    return Sha256.of(yaml);
  }
}
