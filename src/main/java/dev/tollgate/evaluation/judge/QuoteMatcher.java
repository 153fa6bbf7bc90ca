package dev.tollgate.evaluation.judge;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Finds quotes in a context. It ignores differences in white space and in the form of quotation
 * marks.
 */
final class QuoteMatcher {
  private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}]+");

  /** A shorter quote would occur in almost any text. */
  private static final int MIN_WORDS = 3;

  private final String context;

  QuoteMatcher(String context) {
    this.context = normalize(context);
  }

  /** Whether the context contains a quote that is long enough to be evidence. */
  boolean containsQuote(String quote) {
    String normalized = normalize(quote);
    boolean longEnough =
        normalized.split(" ", -1).length >= MIN_WORDS || normalized.equals(context);
    return longEnough && !normalized.isEmpty() && context.contains(normalized);
  }

  private static String normalize(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFC)
            .replace('\u2018', '\'')
            .replace('\u2019', '\'')
            .replace('\u201C', '"')
            .replace('\u201D', '"');
    return SPACE.matcher(plain).replaceAll(" ").strip();
  }
}
