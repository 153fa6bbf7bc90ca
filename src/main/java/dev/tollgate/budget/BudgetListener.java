package dev.tollgate.budget;

/** Tells operators what budgets do. */
public interface BudgetListener {
  /** A call was the first of the period to find a soft limit reached. */
  void softLimitReached(BudgetAccounts.SoftLimitNotice notice);

  /** A call was not made. */
  void callRejected(BudgetRejection rejection);
}
