package dev.tollgate.budget;

import dev.tollgate.ledger.ChainEnd;
import dev.tollgate.ledger.Event;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Budgets in memory. */
public class InMemoryBudgetStore implements BudgetStore {
  private final Map<BudgetId, Budget> budgets = new LinkedHashMap<>();
  private final List<Event> events = new ArrayList<>();

  /** Adds a budget with a hard limit, for which there is no event. */
  public synchronized Budget with(BudgetId id, Period period, String hard) {
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
  public synchronized List<Budget> all() {
    return List.copyOf(budgets.values());
  }

  @Override
  public synchronized Optional<Budget> find(BudgetId id) {
    return Optional.ofNullable(budgets.get(id));
  }

  @Override
  public synchronized ChainEnd end() {
    return events.isEmpty() ? ChainEnd.NONE : ChainEnd.NONE.after(events.getLast());
  }

  @Override
  public synchronized List<Event> events(long before, int limit) {
    return events.reversed().stream()
        .filter(event -> event.number() < before)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Iterable<Event> eventsUpTo(ChainEnd end) {
    return events.stream().filter(event -> event.number() <= end.length()).toList();
  }

  @Override
  public synchronized boolean commit(Event event, BudgetId id, Optional<Budget> after) {
    if (event.number() != events.size() + 1) {
      return false;
    }
    events.add(event);
    after.ifPresentOrElse(budget -> budgets.put(id, budget), () -> budgets.remove(id));
    return true;
  }
}
