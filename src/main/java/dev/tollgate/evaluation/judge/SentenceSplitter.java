package dev.tollgate.evaluation.judge;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Splits answers into sentences. A cut in the wrong place does no harm: sentences only number an
 * answer's parts, and each part is judged.
 */
final class SentenceSplitter {
  /** A line's end, or the space after a full stop that no small letter follows. */
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
