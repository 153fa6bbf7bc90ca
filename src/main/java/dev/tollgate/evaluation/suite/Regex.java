package dev.tollgate.evaluation.suite;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression of a suite. Matching takes time linear in the text, so that no pattern
 * blocks a run. Look-around and back-references have no such bound and are rejected. Syntax that
 * only one of RE2 and JavaScript has is rejected too, because promptfoo would read it differently.
 */
public final class Regex {
  private static final java.util.regex.Pattern UNBOUNDED =
      java.util.regex.Pattern.compile("\\(\\?(?:[=!]|<[=!])|\\\\(?:[1-9]|k<)");

  private static final java.util.regex.Pattern NOT_JAVASCRIPT =
      java.util.regex.Pattern.compile(
          "\\(\\?(?:P<|[a-zA-Z]*-?[a-zA-Z]*\\))|\\[\\[:|\\\\[AzZQECpPa]");

  private static final java.util.regex.Pattern REPETITION =
      java.util.regex.Pattern.compile("\\{([0-9]{1,4})(?:,([0-9]{0,4}))?\\}");

  private static final int MAX_LENGTH = 1_000;

  /** The maximum steps of a pattern after its repetitions are expanded. */
  private static final long MAX_STEPS = 1_000_000;

  private final Pattern pattern;

  private Regex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException with the problem, if the pattern is not valid
   */
  public static Regex of(String pattern) {
    if (pattern.length() > MAX_LENGTH || estimateSteps(pattern) > MAX_STEPS) {
      throw new IllegalArgumentException(
          "is too large: at most %d characters, and no large repetitions within others"
              .formatted(MAX_LENGTH));
    }
    // An escaped backslash does not begin an escape.
    String bare = pattern.replace("\\\\", "");
    if (UNBOUNDED.matcher(bare).find()) {
      throw new IllegalArgumentException(
          "has look-around or a back-reference, whose time is unbounded: use not-regex or several"
              + " assertions");
    }
    if (NOT_JAVASCRIPT.matcher(bare).find()) {
      throw new IllegalArgumentException(
          "is not JavaScript syntax: use classes such as [Aa] instead of"
              + " inline flags and named classes");
    }
    try {
      return new Regex(Pattern.compile(pattern));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("is not a regular expression: " + e.getMessage(), e);
    }
  }

  /** Estimates an upper bound, as if each repetition were nested in all others. */
  private static double estimateSteps(String pattern) {
    return REPETITION
        .matcher(pattern)
        .results()
        .map(found -> found.group(found.group(2) == null || found.group(2).isEmpty() ? 1 : 2))
        .mapToDouble(times -> Math.max(1, Double.parseDouble(times)))
        .reduce(pattern.length(), (product, times) -> product * times);
  }

  /** Whether the pattern matches a part of a text. */
  boolean isFoundIn(String text) {
    return pattern.matcher(text).find();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Regex regex && regex.pattern.equals(pattern);
  }

  @Override
  public int hashCode() {
    return pattern.hashCode();
  }

  /** Returns the pattern as the suite has it. */
  @Override
  public String toString() {
    return pattern.pattern();
  }
}
