package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.json.JsonNodes;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Metrics of budgets: {@code BudgetSoftLimitsReached}, once per budget and period, and of rejected
 * calls {@code BudgetRefusals}, if a limit forbids them, and {@code BudgetsUnavailable}, if the
 * budgets cannot be read.
 */
@Singleton
class BudgetMetrics {
  private final EmbeddedMetrics metrics;

  BudgetMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  void onSoftLimit(@Observes SoftLimitNotice notice) {
    write("BudgetSoftLimitsReached", properties(notice.budget(), notice.spent()));
  }

  void onRejection(@Observes BudgetRejection rejection) {
    switch (rejection) {
      case BudgetRejection.Exhausted exhausted ->
          write("BudgetRefusals", properties(exhausted.budget(), exhausted.usage().spent()));
      case BudgetRejection.FullyReserved reserved ->
          write("BudgetRefusals", properties(reserved.budget(), reserved.usage().spent()));
      case BudgetRejection.Unavailable() -> write("BudgetsUnavailable", JsonNodes.object());
    }
  }

  private void write(String name, ObjectNode properties) {
    metrics.write(Map.of(name, 1), properties);
  }

  private static ObjectNode properties(Budget budget, BigDecimal spent) {
    return JsonNodes.object()
        .put("budget", budget.id().toString())
        .put("period", budget.period().id())
        .put("soft_usd", budget.softLimit().orElse(null))
        .put("hard_usd", budget.hardLimit().orElse(null))
        .put("spent_usd", spent);
  }
}
