package dev.tollgate.cost.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.TestEngines;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.cost.ledger.LedgerQueries.Totals;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A batch that fails between any two steps is repeated, as Lambda does. */
final class LedgerCrashIT {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void crashBetweenAnyStepsLosesAndDoublesNothing(boolean lastStepIsDone) throws Exception {
    PGSimpleDataSource database = TestEngines.database();
    LedgerQueries books = new LedgerQueries(database);
    Flyway flyway = Flyway.configure().dataSource(database).locations("db/migration").load();
    flyway.migrate();
    int crashes = 0;
    while (true) {
      int step = crashes + 1;
      List<CallRecord> batch =
          IntStream.range(0, 3)
              .mapToObj(_ -> CallRecords.answered(CallRecords.NOW, "alice", "0.01"))
              .toList();
      FailingDatabase failing = new FailingDatabase(database, step, lastStepIsDone);
      CostLedger ledger = new PostgresCostLedger(failing.dataSource(), flyway);
      if (!crashes(ledger, batch, failing)) {
        break;
      }
      crashes++;
      assertEquals(1, books.totals().size(), "half a batch was inserted at step " + step);

      CostLedger again = new PostgresCostLedger(database, flyway);
      again.insert(batch.reversed());
      again.insert(batch);
      assertEquals(
          Set.of(
              new Totals(
                  new BigDecimal("0.03").multiply(BigDecimal.valueOf(crashes)),
                  BigDecimal.ZERO,
                  3L * crashes)),
          books.totals(),
          "after step " + step);
    }
    assertTrue(crashes > 5, "only " + crashes + " steps");
  }

  private static boolean crashes(
      CostLedger ledger, List<CallRecord> batch, FailingDatabase failing) {
    try {
      ledger.insert(batch);
      return failing.hasFailed();
    } catch (LedgerUnavailableException e) {
      return true;
    }
  }
}
