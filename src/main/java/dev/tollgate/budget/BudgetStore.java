package dev.tollgate.budget;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import java.util.List;
import java.util.Optional;

/** Keeps the budgets and the chain of events that tells of them. Reads are strongly consistent. */
public interface BudgetStore {
  /** What the events' hashes name as their subject. */
  String AUDIT_SUBJECT = "budgets";

  /** All budgets, by scope and name. */
  List<Budget> findAll();

  Optional<Budget> find(BudgetId id);

  AuditLog auditLog();

  /**
   * Stores a budget as an event left it, the event, and the new end of the chain: all or nothing,
   * and only if no other event came in between.
   *
   * @param after absent if the budget was deleted
   * @return false if another event took the number, or the store was too busy to tell: look again
   */
  boolean commit(AuditEvent event, BudgetId id, Optional<Budget> after);
}
