package dev.tollgate.function.metrics;

import dev.tollgate.budget.BudgetAccounts;
import dev.tollgate.budget.Reservation;
import dev.tollgate.cost.calls.CallRecord;
import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.time.Duration;

/** Measures the calls that budgets pay for: their records are written with what is settled. */
@Decorator
@Priority(1)
abstract class MeasuredBudgetAccounts implements BudgetAccounts {
  private final BudgetAccounts accounts;
  private final RecordedCallMetrics metrics;

  @Inject
  MeasuredBudgetAccounts(@Delegate @Any BudgetAccounts accounts, RecordedCallMetrics metrics) {
    this.accounts = accounts;
    this.metrics = metrics;
  }

  @Override
  public void settle(Reservation reservation, CallRecord call, Duration patience) {
    metrics.measure(call, () -> accounts.settle(reservation, call, patience));
  }
}
