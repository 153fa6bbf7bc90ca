package dev.tollgate.budget;

import dev.tollgate.cost.pricing.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * The usage of a budget in a period, in USD.
 *
 * @param spent the cost of the recorded calls
 * @param reserved the reservations of calls in progress
 * @param unconfirmed the reservations of calls that never reported back; an upper bound of their
 *     cost
 * @param softLimitReachedAt when a call first reached the soft limit
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
