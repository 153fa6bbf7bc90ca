package dev.tollgate.prompt;

import java.time.Instant;

/**
 * One immutable registered version of a prompt. Numbers start at 1 and have no gaps.
 *
 * @param author who wrote it, as said at registration
 * @param registeredBy who registered it: the first of the keys that were rotated into the one used
 * @param notes why it was written; may be empty
 */
public record PromptVersion(
    PromptName name,
    int number,
    PromptContent content,
    String author,
    String registeredBy,
    String notes,
    Instant created) {
  public PromptVersion {
    if (number < 1) {
      throw new IllegalArgumentException("version numbers start at 1: " + number);
    }
  }
}
