package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.budget.DeadLetterCalls.RestoreResult;
import dev.tollgate.cost.calls.CallArchive;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.identity.InMemoryKeyStore;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DeadLetterCallsTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-24T10:00:00Z"), ZoneOffset.UTC);

  private final InMemoryBudgetStore budgets = new InMemoryBudgetStore();
  private final List<CallRecord> calls =
      Stream.generate(() -> CallRecords.costing(CallId.next(CLOCK), "0.1")).limit(3).toList();

  @Test
  void reportsProgressUntilDeadline() {
    DeadLetterCalls spilled = spilled();

    assertEquals(new RestoreResult(1, 1), spilled.restore(calls, CLOCK.instant()));
    assertEquals(new RestoreResult(3, 2), spilled.restore(calls, Instant.MAX));
    assertEquals(new RestoreResult(0, 0), spilled.restore(List.of(), CLOCK.instant()));
  }

  /** The budget of the installation applies to all calls, so none is archived. */
  private DeadLetterCalls spilled() {
    budgets.with(new BudgetId(BudgetScope.INSTALLATION, "all"), BudgetPeriod.DAILY, "1");
    return new DeadLetterCalls(
        new UnusedArchive(),
        budgets,
        new InMemoryBudgetAccounts((_, _) -> {}),
        new InMemoryKeyStore(),
        CLOCK);
  }

  private static final class UnusedArchive implements CallArchive {
    private static AssertionError used() {
      return new AssertionError("a call that a budget may pay goes to its account");
    }

    @Override
    public Page readDay(LocalDate day, Optional<String> after) {
      throw used();
    }

    @Override
    public Page readAll(Optional<String> after) {
      throw used();
    }

    @Override
    public boolean restore(CallRecord call) {
      throw used();
    }

    @Override
    public PseudonymizedPage pseudonymizeUser(
        String team, String user, String pseudonym, Optional<String> after) {
      throw used();
    }
  }
}
