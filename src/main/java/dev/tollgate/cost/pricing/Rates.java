package dev.tollgate.cost.pricing;

import dev.tollgate.provider.Usage;
import dev.tollgate.provider.UsageBound;
import java.math.BigDecimal;

/** USD per million tokens of each class. No rate is derived from another. */
public record Rates(
    BigDecimal input,
    BigDecimal cacheRead,
    BigDecimal cacheWrite5m,
    BigDecimal cacheWrite1h,
    BigDecimal output) {
  private static final int MILLION_DIGITS = 6;

  /** The exact price of the tokens in USD. */
  public BigDecimal cost(Usage usage) {
    BigDecimal perMillion =
        price(input, usage.input())
            .add(price(cacheRead, usage.cacheRead()))
            .add(price(cacheWrite5m, usage.cacheWrite5m()))
            .add(price(cacheWrite1h, usage.cacheWrite1h()))
            .add(price(output, usage.output()));
    return usd(perMillion);
  }

  /** The upper bound of the cost in USD: the whole prompt in the most expensive class. */
  BigDecimal maxCost(UsageBound bound) {
    BigDecimal highest = input.max(cacheRead).max(cacheWrite5m).max(cacheWrite1h);
    return usd(price(highest, bound.prompt()).add(price(output, bound.output())));
  }

  /** Calculates the savings and the premium of prompt caching. */
  public PromptCacheSavings promptCacheSavings(Usage usage) {
    BigDecimal premium =
        price(cacheWrite5m.subtract(input), usage.cacheWrite5m())
            .add(price(cacheWrite1h.subtract(input), usage.cacheWrite1h()));
    return new PromptCacheSavings(
        usd(price(input.subtract(cacheRead), usage.cacheRead())), usd(premium));
  }

  private static BigDecimal usd(BigDecimal perMillion) {
    return Money.normalize(perMillion.movePointLeft(MILLION_DIGITS));
  }

  private static BigDecimal price(BigDecimal rate, long tokens) {
    return rate.multiply(BigDecimal.valueOf(tokens));
  }
}
