package dev.tollgate.evaluation.judge;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetRejection;

/** Describes why a budget blocked a call of a run. */
public final class BudgetDenialText {
  private BudgetDenialText() {}

  public static String describe(BudgetRejection rejection) {
    return switch (rejection) {
      case BudgetRejection.Exhausted(Budget budget, _, _, var resets) ->
          "the %s budget %s is exhausted until %s"
              .formatted(budget.period().id(), budget.id(), resets);
      case BudgetRejection.FullyReserved(Budget budget, _, _) ->
          "calls in progress have reserved the rest of the %s budget %s"
              .formatted(budget.period().id(), budget.id());
      case BudgetRejection.Unavailable() -> "the budgets could not be read";
    };
  }
}
