package dev.tollgate.prompt;

import java.util.regex.Pattern;

/** The name of a prompt. */
public record PromptName(String value) {
  /** The pattern of names, which are parts of URLs and of partition keys. */
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
