package dev.tollgate.budget;

import dev.tollgate.audit.Act;
import dev.tollgate.audit.ChainEnd;
import dev.tollgate.audit.Contention;
import dev.tollgate.audit.EventType;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Sets budgets and takes them away; each time, an event tells of it. */
@Singleton
public class BudgetRegistry {
  /** What an event says that a budget became when it was taken away. */
  private static final String NONE = "none";

  private final BudgetStore budgets;
  private final Clock clock;

  public BudgetRegistry(BudgetStore budgets, Clock clock) {
    this.budgets = budgets;
    this.clock = clock;
  }

  /** Gives a budget its terms. Setting those that it has changes nothing. */
  public Budget set(BudgetId id, Budget.Terms terms, String actor, Optional<String> reason) {
    return Contention.settle(
        BudgetStore.SUBJECT,
        () -> {
          ChainEnd end = budgets.events().end();
          Optional<Budget> before = budgets.find(id);
          if (before.filter(it -> it.terms().equals(terms)).isPresent()) {
            return before;
          }
          Budget after = new Budget(id, terms, now(), actor);
          Act act =
              Act.of(EventType.SET_BUDGET, actor, after.changed())
                  .about(id.toString())
                  .moving(before.map(it -> it.terms().toString()), terms.toString())
                  .because(reason);
          return Optional.of(after).filter(it -> commit(end, act, id, Optional.of(it)));
        });
  }

  /**
   * Takes a budget away. What was spent of it stays written down: one of the same name goes on from
   * there.
   *
   * @return whether there was one
   */
  public boolean delete(BudgetId id, String actor, Optional<String> reason) {
    return Contention.settle(
        BudgetStore.SUBJECT,
        () -> {
          ChainEnd end = budgets.events().end();
          Optional<Budget> before = budgets.find(id);
          if (before.isEmpty()) {
            return Optional.of(false);
          }
          Act act =
              Act.of(EventType.DELETE_BUDGET, actor, now())
                  .about(id.toString())
                  .moving(before.map(it -> it.terms().toString()), NONE)
                  .because(reason);
          return Optional.of(true).filter(_ -> commit(end, act, id, Optional.empty()));
        });
  }

  private boolean commit(ChainEnd end, Act act, BudgetId id, Optional<Budget> after) {
    return budgets.commit(end.next(BudgetStore.SUBJECT, act), id, after);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
