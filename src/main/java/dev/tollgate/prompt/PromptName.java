package dev.tollgate.prompt;

import java.util.regex.Pattern;

/** The name under which versions of one prompt are registered. */
public record PromptName(String value) {
  /** What a name looks like; it stands in URLs and in partition keys. */
  public static final String REGEX = "[a-z][a-z0-9_-]{0,62}";

  private static final Pattern PATTERN = Pattern.compile(REGEX);

  public PromptName {
    if (!isValid(value)) {
      throw new IllegalArgumentException("a prompt name must match " + REGEX + ": " + value);
    }
  }

  public static boolean isValid(String value) {
    return PATTERN.matcher(value).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
