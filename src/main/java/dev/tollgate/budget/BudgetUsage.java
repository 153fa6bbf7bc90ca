package dev.tollgate.budget;

import dev.tollgate.cost.pricing.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * How a budget stands in a period, in USD.
 *
 * @param spent what the records of its calls cost
 * @param reserved what calls under way hold
 * @param unconfirmed what was held by calls that never told what they cost, at most
 * @param softLimitReachedAt when a call first found the soft limit reached
 */
public record BudgetUsage(
    BigDecimal spent,
    BigDecimal reserved,
    BigDecimal unconfirmed,
    Optional<Instant> softLimitReachedAt) {
  public static final BudgetUsage NONE =
      new BudgetUsage(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, Optional.empty());

  public BudgetUsage {
    spent = Money.normalize(spent);
    reserved = Money.normalize(reserved);
    unconfirmed = Money.normalize(unconfirmed);
  }

  BigDecimal committed() {
    return spent.add(reserved);
  }
}
