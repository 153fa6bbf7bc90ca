package dev.tollgate.evaluation.judge;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetRejection;

/** Says in a run's report why a budget kept it from asking. */
public final class BudgetDenialText {
  private BudgetDenialText() {}

  public static String describe(BudgetRejection denial) {
    return switch (denial) {
      case BudgetRejection.Exhausted(Budget budget, _, _, var resets) ->
          "the %s budget %s is used up until %s"
              .formatted(budget.period().id(), budget.id(), resets);
      case BudgetRejection.FullyReserved(Budget budget, _, _) ->
          "calls under way hold what is left of the %s budget %s"
              .formatted(budget.period().id(), budget.id());
      case BudgetRejection.Unavailable() -> "its budgets could not be read";
    };
  }
}
