package dev.tollgate.budget;

/** Tells operators what budgets do. */
public interface BudgetSignals {
  /** A call was the first of the period to find a soft limit reached. */
  void softLimitReached(BudgetAccounts.Notice notice);

  /** A call was not made. */
  void refused(Denial denial);
}
