package dev.tollgate.prompt;

import dev.tollgate.prompt.content.PromptContent;
import java.time.Instant;

/**
 * An immutable registered version of a prompt. Numbers start at 1 and have no gaps.
 *
 * @param author the author as named at registration
 * @param registeredBy who registered it: the first of the keys that were rotated into the one used
 * @param notes the author's notes; may be empty
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
