package dev.tollgate.budget;

import java.math.BigDecimal;
import java.time.Instant;

/** Event: a budget does not allow a call. */
public sealed interface BudgetRejection {
  /**
   * What is left of a budget does not pay for the call.
   *
   * @param maxCost that the call may cost, in USD
   * @param resetsAt when the budget starts anew
   */
  record Exhausted(Budget budget, BudgetUsage usage, BigDecimal maxCost, Instant resetsAt)
      implements BudgetRejection {}

  /**
   * The budget would pay for it, but calls under way hold what is left. They rarely cost as much as
   * they hold.
   *
   * @param maxCost that the call may cost, in USD
   */
  record FullyReserved(Budget budget, BudgetUsage usage, BigDecimal maxCost)
      implements BudgetRejection {}

  /** It cannot be told whether a hard limit allows it. */
  record Unavailable() implements BudgetRejection {}
}
