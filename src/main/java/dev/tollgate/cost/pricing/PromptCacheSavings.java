package dev.tollgate.cost.pricing;

import java.math.BigDecimal;

/**
 * What the provider's prompt caching did to the price of a call, in USD, against the same tokens as
 * plain input.
 *
 * @param readSavings what the tokens read from the cache would have cost more
 * @param writePremium what the tokens written to the cache cost more
 */
public record PromptCacheSavings(BigDecimal readSavings, BigDecimal writePremium) {
  public static final PromptCacheSavings NONE =
      new PromptCacheSavings(BigDecimal.ZERO, BigDecimal.ZERO);

  /** The same of tokens whose price is multiplied. */
  PromptCacheSavings times(BigDecimal factor) {
    return new PromptCacheSavings(
        Money.normalize(readSavings.multiply(factor)),
        Money.normalize(writePremium.multiply(factor)));
  }

  /** What is left of the savings; negative when more was written than read. */
  public BigDecimal net() {
    return Money.normalize(readSavings.subtract(writePremium));
  }
}
