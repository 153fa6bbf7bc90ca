package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is spent and held of each budget. A call's cost is spent exactly when its record is written:
 * one does not happen without the other.
 */
public interface BudgetAccounts {
  /**
   * Holds the amount on all budgets, or on none.
   *
   * @param until how long to try while others change the same accounts
   * @throws BudgetsUnavailableException if it cannot be told whether it is held
   */
  Decision reserve(Reservation reservation, Instant until);

  /** What came of a reservation. */
  sealed interface Decision {
    /**
     * The amount is held.
     *
     * @param notices of the budgets whose soft limit is reached
     */
    record Reserved(List<SoftLimitNotice> notices) implements Decision {
      public Reserved {
        notices = List.copyOf(notices);
      }
    }

    /** A budget's hard limit does not allow it, and nothing is held. */
    record LimitExceeded(Budget budget, BudgetUsage usage) implements Decision {}
  }

  /**
   * Event: a soft limit is reached. Only the first of a period is published.
   *
   * @param spent in USD
   * @param firstInPeriod whether this call is the first of the period to be told
   */
  record SoftLimitNotice(Budget budget, BigDecimal spent, boolean firstInPeriod) {}

  /**
   * Writes the record of a call, books its cost and gives back what was held: all or nothing, and
   * once. A reservation that lapsed meanwhile is booked all the same, and is unconfirmed no more.
   *
   * @param timeout for how long the store is waited for
   * @throws CallNotLoggedException if the store does not take it by then; the reservation lapses
   */
  void settle(Reservation reservation, CallRecord call, Duration timeout);

  /**
   * Gives back what lapsed and notes it as unconfirmed.
   *
   * @param until how long to go on; what is left then is for the next one who looks
   * @return how many reservations were given back
   */
  int releaseExpired(BudgetId budget, Instant now, Instant until);

  /**
   * Writes a record that had been spilled, and books its cost on those of the budgets that its call
   * held something of. Once: a record that is there already changes nothing.
   *
   * @return false if it was there
   */
  boolean restore(CallRecord call, List<Budget> budgets);

  /** How a budget stands; what has lapsed by then counts as such, released or not. */
  BudgetUsage findUsage(Budget budget, Instant now);

  /** The accounts did not answer, or too many calls change them at once. */
  final class BudgetsUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BudgetsUnavailableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
