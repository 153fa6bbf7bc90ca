package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.budget.BudgetListener;
import dev.tollgate.budget.BudgetRejection;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * CloudWatch's metrics of budgets: {@code BudgetSoftLimitsReached}, one for each budget and period,
 * and of calls that were not made, {@code BudgetRefusals} where a limit forbade them and {@code
 * BudgetsUnavailable} where nobody could tell.
 */
@Singleton
public class BudgetMetrics implements BudgetListener {
  private final EmbeddedMetrics metrics;

  public BudgetMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void softLimitReached(SoftLimitNotice notice) {
    write(
        "BudgetSoftLimitsReached", propertiesOf(notice.budget()).put("spent_usd", notice.spent()));
  }

  @Override
  public void callRejected(BudgetRejection denial) {
    switch (denial) {
      case BudgetRejection.Exhausted exhausted ->
          write(
              "BudgetRefusals",
              propertiesOf(exhausted.budget()).put("spent_usd", exhausted.usage().spent()));
      case BudgetRejection.FullyReserved held ->
          write(
              "BudgetRefusals", propertiesOf(held.budget()).put("spent_usd", held.usage().spent()));
      case BudgetRejection.Unavailable() -> write("BudgetsUnavailable", object());
    }
  }

  private void write(String name, ObjectNode properties) {
    metrics.write(Map.of(name, 1), properties);
  }

  private static ObjectNode propertiesOf(Budget budget) {
    return object()
        .put("budget", budget.id().toString())
        .put("period", budget.period().id())
        .put("soft_usd", budget.softLimit().orElse(null))
        .put("hard_usd", budget.hardLimit().orElse(null));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.withExactBigDecimals(true).objectNode();
  }
}
