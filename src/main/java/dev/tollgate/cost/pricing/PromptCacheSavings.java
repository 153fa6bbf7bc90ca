package dev.tollgate.cost.pricing;

import java.math.BigDecimal;

/**
 * The savings of the provider's prompt caching in USD, compared with the same tokens as plain
 * input.
 *
 * @param readSavings the difference for tokens that the cache served
 * @param writePremium the extra cost of tokens that were written to the cache
 */
public record PromptCacheSavings(BigDecimal readSavings, BigDecimal writePremium) {
  public static final PromptCacheSavings NONE =
      new PromptCacheSavings(BigDecimal.ZERO, BigDecimal.ZERO);

  /** Multiplies both amounts. */
  PromptCacheSavings times(BigDecimal factor) {
    return new PromptCacheSavings(
        Money.normalize(readSavings.multiply(factor)),
        Money.normalize(writePremium.multiply(factor)));
  }

  /** The savings minus the premium, which may be negative. */
  public BigDecimal net() {
    return Money.normalize(readSavings.subtract(writePremium));
  }
}
