package dev.tollgate.evaluation.suite;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression that a suite's author wrote. It is matched in a time that grows with the
 * text alone, so that none can keep a run busy; look-around and back-references, which have no such
 * bound, are refused. So is what only one of RE2 and JavaScript knows, lest Tollgate and promptfoo
 * read the same pattern in two ways.
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

  /** How many steps a pattern may be made of once its repetitions are written out. */
  private static final long MAX_STEPS = 1_000_000;

  private final Pattern pattern;

  private Regex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static Regex of(String pattern) {
    if (pattern.length() > MAX_LENGTH || estimateSteps(pattern) > MAX_STEPS) {
      throw new IllegalArgumentException(
          "is too large: at most %d characters, and no large repetitions within others"
              .formatted(MAX_LENGTH));
    }
    // An escaped backslash begins no escape.
    String bare = pattern.replace("\\\\", "");
    if (UNBOUNDED.matcher(bare).find()) {
      throw new IllegalArgumentException(
          "has look-around or a back-reference, whose time has no bound: use not-regex, or several"
              + " assertions");
    }
    if (NOT_JAVASCRIPT.matcher(bare).find()) {
      throw new IllegalArgumentException(
          "is not JavaScript's syntax, which suites use: write classes such as [Aa] instead of"
              + " inline flags and named classes");
    }
    try {
      return new Regex(Pattern.compile(pattern));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("is no regular expression: " + e.getMessage(), e);
    }
  }

  /** At least as many as it is made of: as if each repetition stood within all others. */
  private static double estimateSteps(String pattern) {
    return REPETITION
        .matcher(pattern)
        .results()
        .map(found -> found.group(found.group(2) == null || found.group(2).isEmpty() ? 1 : 2))
        .mapToDouble(times -> Math.max(1, Double.parseDouble(times)))
        .reduce(pattern.length(), (product, times) -> product * times);
  }

  /** Whether it matches some part of a text. */
  public boolean isFoundIn(String text) {
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

  /** The pattern as it was written. */
  @Override
  public String toString() {
    return pattern.pattern();
  }
}
