package dev.tollgate.budget;

import dev.tollgate.cost.pricing.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A limit on the spending of a period.
 *
 * @param changed when the terms were set
 * @param changedBy the id of the key that set them
 */
public record Budget(BudgetId id, Terms terms, Instant changed, String changedBy) {

  /** The hard limit, if there is one. */
  public Optional<BigDecimal> hardLimit() {
    return terms.hardLimit();
  }

  /** The soft limit, if there is one. */
  public Optional<BigDecimal> softLimit() {
    return terms.softLimit();
  }

  public BudgetPeriod period() {
    return terms.period();
  }

  /**
   * The terms of a budget: one limit at least, both in USD.
   *
   * @param softLimit the warning threshold for callers and operators
   * @param hardLimit the limit that no call may exceed
   */
  public record Terms(
      BudgetPeriod period, Optional<BigDecimal> softLimit, Optional<BigDecimal> hardLimit) {
    public Terms {
      softLimit = softLimit.map(Money::normalize);
      hardLimit = hardLimit.map(Money::normalize);
      if (softLimit.isEmpty() && hardLimit.isEmpty()) {
        throw new IllegalArgumentException("a budget needs a limit");
      }
      if (Stream.of(softLimit, hardLimit)
          .flatMap(Optional::stream)
          .anyMatch(limit -> limit.signum() <= 0)) {
        throw new IllegalArgumentException("a limit must be above 0");
      }
      if (softLimit.isPresent()
          && hardLimit.isPresent()
          && softLimit.get().compareTo(hardLimit.get()) > 0) {
        throw new IllegalArgumentException("the soft limit must not be above the hard one");
      }
    }

    /** Such as {@code monthly: soft 80 USD, hard 100 USD}. */
    @Override
    public String toString() {
      return Stream.of(
              softLimit.map(it -> "soft " + it + " USD"),
              hardLimit.map(it -> "hard " + it + " USD"))
          .flatMap(Optional::stream)
          .collect(Collectors.joining(", ", period.id() + ": ", ""));
    }
  }
}
