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
  /** About how many tokens a text of that many characters has. */
  public long tokens(long characters) {
    return Math.round(characters / charactersPerToken);
  }
}
