package dev.tollgate.prompt;

import java.util.Set;
import java.util.regex.Pattern;

/** A named pointer to a version, such as {@code staging}. */
public record Label(String value) {
  /** The pattern of labels. They begin with a letter, so that no label reads as a number. */
  public static final String REGEX = "[a-z][a-z0-9_-]{0,62}";

  private static final Pattern PATTERN = Pattern.compile(REGEX);
  private static final Set<String> RESERVED = Set.of("production", "latest");

  public Label {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "a label must match " + REGEX + " and not be production or latest: " + value);
    }
  }

  public static boolean isValid(String value) {
    return PATTERN.matcher(value).matches() && !RESERVED.contains(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
