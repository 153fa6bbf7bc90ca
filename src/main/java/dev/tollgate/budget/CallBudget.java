package dev.tollgate.budget;

import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import dev.tollgate.budget.BudgetAccounts.Decision;
import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.identity.Caller;
import dev.tollgate.prompt.PromptName;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What one call holds of its budgets. It holds once for all attempts that cost nothing, and once
 * more after one that was billed.
 */
public final class CallBudget {
  private static final Logger LOG = Logger.getLogger(CallBudget.class);

  private final BudgetService budgets;
  private final CallId call;
  private final Caller caller;
  private final Optional<PromptName> prompt;
  private final Supplier<BigDecimal> maxCost;
  private final Instant deadline;

  private @Nullable Reservation reservation;
  private @Nullable BudgetRejection rejection;
  private List<SoftLimitNotice> notices = List.of();

  CallBudget(
      BudgetService budgets,
      CallId call,
      Caller caller,
      Optional<PromptName> prompt,
      Supplier<BigDecimal> maxCost,
      Instant deadline) {
    this.budgets = budgets;
    this.call = call;
    this.caller = caller;
    this.prompt = prompt;
    this.maxCost = maxCost;
    this.deadline = deadline;
  }

  /** Holds what an attempt may cost, unless it is held already; false if it may not be made. */
  public boolean reserve() {
    if (reservation != null) {
      return true;
    }
    try {
      List<Budget> paying = budgets.findApplicable(caller, prompt);
      return paying.isEmpty() || reserve(paying);
    } catch (BudgetsUnavailableException e) {
      LOG.error("nobody is asked before it is known whether a budget allows it", e);
      return reject(new BudgetRejection.Unavailable());
    }
  }

  private boolean reserve(List<Budget> paying) {
    Reservation wanted =
        new Reservation(
            budgets.nextReservationId(), call, maxCost.get(), budgets.expiryOf(deadline), paying);
    try {
      return switch (budgets.reserve(wanted, deadline)) {
        case Decision.Reserved(List<SoftLimitNotice> reached) -> {
          reservation = wanted;
          notices = reached;
          reached.stream()
              .filter(SoftLimitNotice::firstInPeriod)
              .forEach(budgets.events()::publish);
          yield true;
        }
        case Decision.LimitExceeded(Budget budget, BudgetUsage usage) ->
            reject(rejection(budget, usage, wanted));
      };
    } catch (BudgetsUnavailableException e) {
      // It may be held all the same: whatever becomes of the call, its record settles that, too.
      reservation = wanted;
      if (paying.stream().allMatch(budget -> budget.hardLimit().isEmpty())) {
        LOG.error("a call is made that its soft budgets may not have seen", e);
        return true;
      }
      LOG.error("a call is not made, since its budgets do not say whether they allow it", e);
      return reject(new BudgetRejection.Unavailable());
    }
  }

  private static BudgetRejection rejection(Budget budget, BudgetUsage usage, Reservation wanted) {
    BigDecimal spentThen = usage.spent().add(wanted.usd());
    return budget.hardLimit().filter(limit -> spentThen.compareTo(limit) <= 0).isPresent()
        ? new BudgetRejection.FullyReserved(budget, usage, wanted.usd())
        : new BudgetRejection.Exhausted(
            budget, usage, wanted.usd(), budget.period().end(wanted.call().time()));
  }

  private boolean reject(BudgetRejection reason) {
    rejection = reason;
    budgets.events().publish(reason);
    return false;
  }

  /**
   * Writes the record of an attempt down, books what it cost and gives back the rest.
   *
   * @param timeout for how long the store is waited for
   * @throws CallNotLoggedException if the store does not take it by then; what is held lapses in
   *     time
   */
  public void recordAndSettle(CallRecord record, Duration timeout) {
    Reservation reserved = reservation;
    reservation = null;
    if (reserved == null) {
      budgets.calls().append(record, timeout);
    } else {
      budgets.accounts().settle(reserved, record, timeout);
    }
  }

  /** Why the last attempt was not allowed, if it was not. */
  public Optional<BudgetRejection> rejection() {
    return Optional.ofNullable(rejection);
  }

  /** The soft limits that are reached. */
  public List<SoftLimitNotice> notices() {
    return notices;
  }
}
