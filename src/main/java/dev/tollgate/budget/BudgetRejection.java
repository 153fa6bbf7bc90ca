package dev.tollgate.budget;

import java.math.BigDecimal;
import java.time.Instant;

/** The reason why budgets block a call. Published as an event. */
public sealed interface BudgetRejection {
  /**
   * The rest of a budget does not cover the call.
   *
   * @param maxCost the maximum cost of the call, in USD
   * @param resetsAt when the budget resets
   */
  record Exhausted(Budget budget, BudgetUsage usage, BigDecimal maxCost, Instant resetsAt)
      implements BudgetRejection {}

  /**
   * The rest covers the call, but other calls have reserved it. They rarely cost as much as they
   * reserve.
   *
   * @param maxCost the maximum cost of the call, in USD
   */
  record FullyReserved(Budget budget, BudgetUsage usage, BigDecimal maxCost)
      implements BudgetRejection {}

  /** It is unknown whether a hard limit allows the call. */
  record Unavailable() implements BudgetRejection {}
}
