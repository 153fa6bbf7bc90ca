package dev.tollgate.budget;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import java.util.List;
import java.util.Optional;

/** Stores budgets and their audit log. Reads are strongly consistent. */
public interface BudgetStore {
  /** The subject in the hashes of the events. */
  String AUDIT_SUBJECT = "budgets";

  /** All budgets, by scope and name. */
  List<Budget> findAll();

  Optional<Budget> find(BudgetId id);

  AuditLog auditLog();

  /**
   * Stores a changed budget, its event and the new end of the chain: all or nothing, and only if no
   * other event was written since.
   *
   * @param after absent if the budget was deleted
   * @return false if one was, or if the store was too busy to tell; read again before a retry
   */
  boolean commit(AuditEvent event, BudgetId id, Optional<Budget> after);
}
