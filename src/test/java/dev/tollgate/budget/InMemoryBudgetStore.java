package dev.tollgate.budget;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.audit.InMemoryAuditLog;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Budgets in memory. */
public class InMemoryBudgetStore implements BudgetStore {
  private final Map<BudgetId, Budget> budgets = new LinkedHashMap<>();
  private final InMemoryAuditLog events = new InMemoryAuditLog();

  /** Adds a budget with a hard limit, without an event. */
  public synchronized Budget with(BudgetId id, BudgetPeriod period, String hard) {
    Budget budget =
        new Budget(
            id,
            new Budget.Terms(period, Optional.empty(), Optional.of(new BigDecimal(hard))),
            Instant.EPOCH,
            "test");
    budgets.put(id, budget);
    return budget;
  }

  @Override
  public synchronized List<Budget> findAll() {
    return List.copyOf(budgets.values());
  }

  @Override
  public synchronized Optional<Budget> find(BudgetId id) {
    return Optional.ofNullable(budgets.get(id));
  }

  @Override
  public AuditLog auditLog() {
    return events;
  }

  @Override
  public synchronized boolean commit(AuditEvent event, BudgetId id, Optional<Budget> after) {
    if (!events.append(event)) {
      return false;
    }
    after.ifPresentOrElse(budget -> budgets.put(id, budget), () -> budgets.remove(id));
    return true;
  }
}
