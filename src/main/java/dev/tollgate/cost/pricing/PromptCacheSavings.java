package dev.tollgate.cost.pricing;

import java.math.BigDecimal;

/**
 * What the provider's prompt caching did to the price of a call, in USD, against the same tokens as
 * plain input.
 *
 * @param read what the tokens read from the cache would have cost more
 * @param premium what the tokens written to the cache cost more
 */
public record PromptCacheSavings(BigDecimal read, BigDecimal premium) {
  public static final PromptCacheSavings NONE =
      new PromptCacheSavings(BigDecimal.ZERO, BigDecimal.ZERO);

  /** The same of tokens whose price is multiplied. */
  PromptCacheSavings times(BigDecimal factor) {
    return new PromptCacheSavings(
        Money.plain(read.multiply(factor)), Money.plain(premium.multiply(factor)));
  }

  /** What is left of the savings; negative when more was written than read. */
  public BigDecimal net() {
    return Money.plain(read.subtract(premium));
  }
}
