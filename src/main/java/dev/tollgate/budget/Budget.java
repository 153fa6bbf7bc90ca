package dev.tollgate.budget;

import dev.tollgate.cost.pricing.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How much may be spent in a period.
 *
 * @param changed when its terms were set
 * @param changedBy the id of the key that set them
 */
public record Budget(BudgetId id, Terms terms, Instant changed, String changedBy) {

  /** The hard limit, if there is one. */
  public Optional<BigDecimal> hard() {
    return terms.hard();
  }

  /** The soft limit, if there is one. */
  public Optional<BigDecimal> soft() {
    return terms.soft();
  }

  public Period period() {
    return terms.period();
  }

  /**
   * The terms of a budget: one limit at least, both in USD.
   *
   * @param soft from which on callers and operators are told
   * @param hard beyond which no call is made
   */
  public record Terms(Period period, Optional<BigDecimal> soft, Optional<BigDecimal> hard) {
    public Terms {
      soft = soft.map(Money::plain);
      hard = hard.map(Money::plain);
      if (soft.isEmpty() && hard.isEmpty()) {
        throw new IllegalArgumentException("a budget needs a limit");
      }
      if (Stream.of(soft, hard).flatMap(Optional::stream).anyMatch(limit -> limit.signum() <= 0)) {
        throw new IllegalArgumentException("a limit must be above 0");
      }
      if (soft.isPresent() && hard.isPresent() && soft.get().compareTo(hard.get()) > 0) {
        throw new IllegalArgumentException("the soft limit must not be above the hard one");
      }
    }

    /** Such as {@code monthly: soft 80 USD, hard 100 USD}. */
    @Override
    public String toString() {
      return Stream.of(soft.map(it -> "soft " + it + " USD"), hard.map(it -> "hard " + it + " USD"))
          .flatMap(Optional::stream)
          .collect(Collectors.joining(", ", period.id() + ": ", ""));
    }
  }
}
