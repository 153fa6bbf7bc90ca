package dev.tollgate.shadow;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells of two answers whether they are the same, where that needs no judge. */
final class AnswerMatcher {
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern EDGE_PUNCTUATION = Pattern.compile("^[\"'“”«»*`]+|[\"'“”«»*`.!。]+$");
  private static final Pattern ONE_WORD = Pattern.compile("\\p{L}+");

  private AnswerMatcher() {}

  /**
   * Whether two answers are the same: if they differ in nothing but case, spaces and what frames
   * them, or not, if both are a single word, such as a label or yes and no. All else takes
   * understanding.
   */
  static Optional<Boolean> compare(String one, String other) {
    String first = normalize(one);
    String second = normalize(other);
    if (first.equals(second)) {
      return Optional.of(true);
    }
    return isOneWord(first) && isOneWord(second) ? Optional.of(false) : Optional.empty();
  }

  private static boolean isOneWord(String text) {
    return ONE_WORD.matcher(text).matches();
  }

  private static String normalize(String text) {
    String lower = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return EDGE_PUNCTUATION.matcher(SPACES.matcher(lower.strip()).replaceAll(" ")).replaceAll("");
  }
}
