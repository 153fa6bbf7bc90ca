package dev.tollgate.budget;

import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.audit.ChainHead;
import dev.tollgate.audit.OptimisticRetry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Sets and deletes budgets. The audit log records each change. */
@Singleton
public class BudgetRegistry {
  /** The value after a deletion, in the audit log. */
  private static final String NONE = "none";

  private final BudgetStore budgets;
  private final Clock clock;

  public BudgetRegistry(BudgetStore budgets, Clock clock) {
    this.budgets = budgets;
    this.clock = clock;
  }

  /** Creates or updates a budget. Equal terms change nothing. */
  public Budget set(BudgetId id, Budget.Terms terms, String actor, Optional<String> reason) {
    return OptimisticRetry.execute(
        BudgetStore.AUDIT_SUBJECT,
        () -> {
          ChainHead end = budgets.auditLog().head();
          Optional<Budget> before = budgets.find(id);
          if (before.filter(it -> it.terms().equals(terms)).isPresent()) {
            return before;
          }
          Budget after = new Budget(id, terms, now(), actor);
          AuditEntry entry =
              AuditEntry.of(AuditEventType.SET_BUDGET, actor, after.changed())
                  .target(id.toString())
                  .change(before.map(it -> it.terms().toString()), terms.toString())
                  .reason(reason);
          return Optional.of(after).filter(it -> commit(end, entry, id, Optional.of(it)));
        });
  }

  /**
   * Deletes a budget. Its account stays, so a new budget of the same name continues from there.
   *
   * @return whether it existed
   */
  public boolean delete(BudgetId id, String actor, Optional<String> reason) {
    return OptimisticRetry.execute(
        BudgetStore.AUDIT_SUBJECT,
        () -> {
          ChainHead end = budgets.auditLog().head();
          Optional<Budget> before = budgets.find(id);
          if (before.isEmpty()) {
            return Optional.of(false);
          }
          AuditEntry entry =
              AuditEntry.of(AuditEventType.DELETE_BUDGET, actor, now())
                  .target(id.toString())
                  .change(before.map(it -> it.terms().toString()), NONE)
                  .reason(reason);
          return Optional.of(true).filter(_ -> commit(end, entry, id, Optional.empty()));
        });
  }

  private boolean commit(ChainHead end, AuditEntry entry, BudgetId id, Optional<Budget> after) {
    return budgets.commit(end.nextEvent(BudgetStore.AUDIT_SUBJECT, entry), id, after);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
