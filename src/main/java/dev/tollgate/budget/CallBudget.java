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
 * The budget of one call. One reservation covers all attempts up to the first billed one; a further
 * attempt needs a new one.
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

  /**
   * Reserves the maximum cost of an attempt, unless it is reserved; returns false if budgets block
   * it.
   */
  public boolean reserve() {
    if (reservation != null) {
      return true;
    }
    try {
      List<Budget> paying = budgets.findApplicable(caller, prompt);
      return paying.isEmpty() || reserve(paying);
    } catch (BudgetsUnavailableException e) {
      LOG.errorf(
          e, "Failed to check the budgets; rejecting call %s of team %s", call, caller.team());
      return reject(new BudgetRejection.Unavailable());
    }
  }

  private boolean reserve(List<Budget> paying) {
    Reservation requested =
        new Reservation(
            budgets.nextReservationId(), call, maxCost.get(), budgets.expiryOf(deadline), paying);
    try {
      return switch (budgets.reserve(requested, deadline)) {
        case Decision.Reserved(List<SoftLimitNotice> reached) -> {
          reservation = requested;
          notices = reached;
          reached.stream()
              .filter(SoftLimitNotice::firstInPeriod)
              .forEach(budgets.events()::publish);
          yield true;
        }
        case Decision.LimitExceeded(Budget budget, BudgetUsage usage) ->
            reject(rejection(budget, usage, requested));
      };
    } catch (BudgetsUnavailableException e) {
      // The amount may be reserved nevertheless. The record of the call settles it either way.
      reservation = requested;
      if (paying.stream().allMatch(budget -> budget.hardLimit().isEmpty())) {
        LOG.errorf(e, "Failed to reserve under soft limits only; proceeding with call %s", call);
        return true;
      }
      LOG.errorf(e, "Failed to reserve; rejecting call %s of team %s", call, caller.team());
      return reject(new BudgetRejection.Unavailable());
    }
  }

  private static BudgetRejection rejection(
      Budget budget, BudgetUsage usage, Reservation requested) {
    BigDecimal spentAfter = usage.spent().add(requested.usd());
    return budget.hardLimit().filter(limit -> spentAfter.compareTo(limit) <= 0).isPresent()
        ? new BudgetRejection.FullyReserved(budget, usage, requested.usd())
        : new BudgetRejection.Exhausted(
            budget, usage, requested.usd(), budget.period().end(requested.call().time()));
  }

  private boolean reject(BudgetRejection reason) {
    rejection = reason;
    budgets.events().publish(reason);
    return false;
  }

  /**
   * Writes the record of an attempt, adds its cost and releases the rest of the reservation.
   *
   * @param timeout how long to wait for the store
   * @throws CallNotLoggedException if the store does not accept the record in time; the reservation
   *     then expires
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

  /** Why budgets blocked the last attempt, if they did. */
  public Optional<BudgetRejection> rejection() {
    return Optional.ofNullable(rejection);
  }

  /** The soft limits that are reached. */
  public List<SoftLimitNotice> notices() {
    return notices;
  }
}
