package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class BudgetServiceTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final CallLog NOWHERE = (_, _) -> {};

  private final Caller caller = new Caller("key_1", "search", Set.of(Role.INVOKE));

  @Test
  void errorOfReadReachesWaitingCall() {
    Error error = new StackOverflowError();
    BudgetStore broken =
        new InMemoryBudgetStore() {
          @Override
          public synchronized List<Budget> findAll() {
            throw error;
          }
        };
    BudgetService budgets = TestBudgets.inMemory(broken, NOWHERE, Clock.fixed(NOW, ZoneOffset.UTC));

    BudgetsUnavailableException unavailable =
        assertThrows(
            BudgetsUnavailableException.class,
            () -> budgets.findApplicable(caller, Optional.empty()));
    assertSame(error, unavailable.getCause());
  }

  @Test
  void releasesExpiredReservationsOfEachBudget() {
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    InstantSource time = now::get;
    Clock clock = time.withZone(ZoneOffset.UTC);
    InMemoryBudgetStore store = new InMemoryBudgetStore();
    Budget team = store.with(new BudgetId(BudgetScope.TEAM, "search"), BudgetPeriod.DAILY, "1");
    Budget key = store.with(new BudgetId(BudgetScope.KEY, "key_1"), BudgetPeriod.DAILY, "1");
    BudgetAccounts accounts = new InMemoryBudgetAccounts(NOWHERE);
    BudgetService budgets = TestBudgets.of(store, accounts, NOWHERE, clock);
    // From here on it sweeps only if a call needs it.
    assertTrue(tab(budgets, "0.1", clock).reserve());
    for (Budget budget : List.of(team, key)) {
      CallId call = budgets.nextReservationId();
      Instant lapses = NOW.plusSeconds(10);
      accounts.reserve(
          new Reservation(call, call, new BigDecimal("0.9"), lapses, List.of(budget)), lapses);
    }

    now.set(NOW.plusSeconds(20));
    assertTrue(tab(budgets, "0.5", clock).reserve());
  }

  private CallBudget tab(BudgetService budgets, String most, Clock clock) {
    return budgets.open(
        CallId.next(clock),
        caller,
        Optional.empty(),
        () -> new BigDecimal(most),
        clock.instant().plusSeconds(30));
  }
}
