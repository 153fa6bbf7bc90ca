package dev.tollgate.budget;

import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import dev.tollgate.budget.BudgetAccounts.Decision;
import dev.tollgate.budget.BudgetAccounts.Notice;
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
public final class Tab {
  private static final Logger LOG = Logger.getLogger(Tab.class);

  private final Budgets budgets;
  private final CallId call;
  private final Caller caller;
  private final Optional<PromptName> prompt;
  private final Supplier<BigDecimal> most;
  private final Instant deadline;

  private @Nullable Reservation reservation;
  private @Nullable Denial denial;
  private List<Notice> notices = List.of();

  Tab(
      Budgets budgets,
      CallId call,
      Caller caller,
      Optional<PromptName> prompt,
      Supplier<BigDecimal> most,
      Instant deadline) {
    this.budgets = budgets;
    this.call = call;
    this.caller = caller;
    this.prompt = prompt;
    this.most = most;
    this.deadline = deadline;
  }

  /** Holds what an attempt may cost, unless it is held already; false if it may not be made. */
  public boolean hold() {
    if (reservation != null) {
      return true;
    }
    try {
      List<Budget> paying = budgets.of(caller, prompt);
      return paying.isEmpty() || hold(paying);
    } catch (BudgetsUnavailableException e) {
      LOG.error("nobody is asked before it is known whether a budget allows it", e);
      return deny(new Denial.Unavailable());
    }
  }

  private boolean hold(List<Budget> paying) {
    Reservation wanted =
        new Reservation(budgets.nextId(), call, most.get(), budgets.lapses(deadline), paying);
    try {
      return switch (budgets.reserve(wanted, deadline)) {
        case Decision.Held(List<Notice> reached) -> {
          reservation = wanted;
          notices = reached;
          reached.stream().filter(Notice::first).forEach(budgets.signals()::softLimitReached);
          yield true;
        }
        case Decision.Short(Budget budget, Standing standing) ->
            deny(denial(budget, standing, wanted));
      };
    } catch (BudgetsUnavailableException e) {
      // It may be held all the same: whatever becomes of the call, its record settles that, too.
      reservation = wanted;
      if (paying.stream().allMatch(budget -> budget.hard().isEmpty())) {
        LOG.error("a call is made that its soft budgets may not have seen", e);
        return true;
      }
      LOG.error("a call is not made, since its budgets do not say whether they allow it", e);
      return deny(new Denial.Unavailable());
    }
  }

  private static Denial denial(Budget budget, Standing standing, Reservation wanted) {
    BigDecimal spentThen = standing.spent().add(wanted.usd());
    return budget.hard().filter(limit -> spentThen.compareTo(limit) <= 0).isPresent()
        ? new Denial.Held(budget, standing, wanted.usd())
        : new Denial.Exhausted(
            budget, standing, wanted.usd(), budget.period().end(wanted.call().time()));
  }

  private boolean deny(Denial reason) {
    denial = reason;
    budgets.signals().refused(reason);
    return false;
  }

  /**
   * Writes the record of an attempt down, books what it cost and gives back the rest.
   *
   * @param patience for how long the store is waited for
   * @throws CallNotLoggedException if the store does not take it by then; what is held lapses in
   *     time
   */
  public void book(CallRecord record, Duration patience) {
    Reservation held = reservation;
    reservation = null;
    if (held == null) {
      budgets.calls().append(record, patience);
    } else {
      budgets.accounts().settle(held, record, patience);
    }
  }

  /** Why the last attempt was not allowed, if it was not. */
  public Optional<Denial> denial() {
    return Optional.ofNullable(denial);
  }

  /** The soft limits that are reached. */
  public List<Notice> notices() {
    return notices;
  }
}
