package dev.tollgate.evaluation.judge;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Splits answers into sentences. A wrong split does no harm: sentences only number the parts of an
 * answer, and the judge reads each part.
 */
final class SentenceSplitter {
  /** The end of a line, or the space after a full stop without a lower-case letter after it. */
  private static final Pattern END =
      Pattern.compile("\\n+|(?<=[.!?][\"')\\]]?)[ \\t]+(?=[^a-z\\s])");

  private SentenceSplitter() {}

  static List<String> split(String text) {
    return Arrays.stream(END.split(text))
        .map(String::strip)
        .filter(sentence -> sentence.chars().anyMatch(Character::isLetterOrDigit))
        .toList();
  }
}
