package dev.tollgate.evaluation.judge;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * A context in which quotes are looked up. White space and the shape of quotation marks are not
 * compared.
 */
final class QuoteMatcher {
  private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}]+");

  /** Fewer words than this are found in almost any text. */
  private static final int MIN_WORDS = 3;

  private final String context;

  QuoteMatcher(String context) {
    this.context = normalize(context);
  }

  /** Whether a quote is a piece of the context that is long enough to say something. */
  boolean containsQuote(String quote) {
    String wanted = normalize(quote);
    boolean telling = wanted.split(" ", -1).length >= MIN_WORDS || wanted.equals(context);
    return telling && !wanted.isEmpty() && context.contains(wanted);
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
