package dev.tollgate.shadow;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Compares two answers where that is possible without a judge. */
final class AnswerMatcher {
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern EDGE_PUNCTUATION = Pattern.compile("^[\"'“”«»*`]+|[\"'“”«»*`.!。]+$");
  private static final Pattern ONE_WORD = Pattern.compile("\\p{L}+");

  private AnswerMatcher() {}

  /**
   * Compares two answers. They are the same if only case, spaces and surrounding punctuation
   * differ. Two different single words, such as labels, are different. In all other cases the
   * result is empty, and a judge must decide.
   */
  static Optional<Boolean> compare(String first, String second) {
    String normalizedFirst = normalize(first);
    String normalizedSecond = normalize(second);
    if (normalizedFirst.equals(normalizedSecond)) {
      return Optional.of(true);
    }
    return isOneWord(normalizedFirst) && isOneWord(normalizedSecond)
        ? Optional.of(false)
        : Optional.empty();
  }

  private static boolean isOneWord(String text) {
    return ONE_WORD.matcher(text).matches();
  }

  private static String normalize(String text) {
    String lower = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return EDGE_PUNCTUATION.matcher(SPACES.matcher(lower.strip()).replaceAll(" ")).replaceAll("");
  }
}
