package dev.tollgate.provider;

import java.time.LocalDate;
import java.util.Optional;

/**
 * What is known of a model.
 *
 * @param minimumCachedTokens the shortest prefix that the provider's prompt cache keeps
 * @param charactersPerToken of English text, for estimates before a call only
 * @param retires the day on which the provider ends it, where that is announced
 */
public record ModelFacts(
    Provider provider,
    String model,
    int minimumCachedTokens,
    double charactersPerToken,
    Optional<LocalDate> retires) {
  /** Code and tables have about a third fewer characters to a token than prose. */
  private static final double DENSEST = 2.0 / 3;

  private static final int FIRST_BEYOND_ASCII = 128;

  /**
   * Whether a text is surely shorter than what the provider's prompt cache keeps. To tell for sure,
   * it is taken to be dense, and every character beyond ASCII for a token.
   */
  public boolean isTooShortToCache(CharSequence text) {
    long ascii = text.codePoints().filter(each -> each < FIRST_BEYOND_ASCII).count();
    long others = text.codePoints().count() - ascii;
    return ascii / (charactersPerToken * DENSEST) + others < minimumCachedTokens;
  }

  /** About how many tokens a text of that many characters has. */
  public long tokens(long characters) {
    return Math.round(characters / charactersPerToken);
  }
}
