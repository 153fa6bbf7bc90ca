package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The spent and reserved amounts of each budget. One transaction writes the record of a call and
 * adds its cost to the spent amount.
 */
public interface BudgetAccounts {
  /**
   * Reserves the amount of all budgets, or of none.
   *
   * @param until how long to retry while other calls change the same accounts
   * @throws BudgetsUnavailableException if it is unknown whether the amount is reserved
   */
  Decision reserve(Reservation reservation, Instant until);

  /** The outcome of a reservation. */
  sealed interface Decision {
    /**
     * The amount is reserved.
     *
     * @param notices one for each budget whose soft limit is reached
     */
    record Reserved(List<SoftLimitNotice> notices) implements Decision {
      public Reserved {
        notices = List.copyOf(notices);
      }
    }

    /** A hard limit does not allow the amount, and nothing is reserved. */
    record LimitExceeded(Budget budget, BudgetUsage usage) implements Decision {}
  }

  /**
   * Event: a soft limit is reached. Only the first of a period is published.
   *
   * @param spent in USD
   * @param firstInPeriod whether this call is the first of the period to reach it
   */
  record SoftLimitNotice(Budget budget, BigDecimal spent, boolean firstInPeriod) {}

  /**
   * Writes the record of a call, adds its cost and releases its reservation: all or nothing, and
   * once. If the reservation expired meanwhile, its amount is no longer unconfirmed.
   *
   * @param timeout how long to wait for the store
   * @throws CallNotLoggedException if the store does not accept the record in time; the reservation
   *     then expires
   */
  void settle(Reservation reservation, CallRecord call, Duration timeout);

  /**
   * Releases expired reservations and adds them to the unconfirmed amount.
   *
   * @param until how long to continue; the next sweep releases the others
   * @return how many reservations were released
   */
  int releaseExpired(BudgetId budget, Instant now, Instant until);

  /**
   * Writes a spilled record, and adds its cost to those budgets of which its call had reserved an
   * amount. A record that exists changes nothing.
   *
   * @return false if the record existed
   */
  boolean restore(CallRecord call, List<Budget> budgets);

  /** The usage of a budget. Expired reservations count as expired, released or not. */
  BudgetUsage findUsage(Budget budget, Instant now);

  /** The accounts are unavailable, or too many calls change them at once. */
  final class BudgetsUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BudgetsUnavailableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
