package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import dev.tollgate.cost.CallLog;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BudgetsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final CallLog NOWHERE = (_, _) -> {};

  private final Caller caller = new Caller("key_1", "search", Set.of(Role.INVOKE));

  @Test
  void anErrorOnReadingReachesWhoWaitsForIt() {
    Error error = new StackOverflowError();
    BudgetStore broken =
        new InMemoryBudgetStore() {
          @Override
          public synchronized List<Budget> all() {
            throw error;
          }
        };
    Budgets budgets = TestBudgets.inMemory(broken, NOWHERE, Clock.fixed(NOW, ZoneOffset.UTC));

    BudgetsUnavailableException told =
        assertThrows(
            BudgetsUnavailableException.class, () -> budgets.of(caller, Optional.empty()));
    assertSame(error, told.getCause());
  }
}
