package dev.tollgate.cost.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.TestEngines;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.cost.ledger.CostReport.Share;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

final class PostgresCostLedgerIT {
  private static final LocalDate DAY = LocalDate.parse("2026-11-22");

  private PGSimpleDataSource database;
  private CostLedger ledger;
  private CostReports reports;

  @BeforeEach
  void makeLedger() throws SQLException {
    database = TestEngines.database();
    ledger = LedgerQueries.ledger(database);
    reports = new PostgresCostReports(database, new ObjectMapper());
  }

  private CostReport report(LocalDate from, LocalDate to) {
    return reports.report(CostQuery.all(from, to));
  }

  @Test
  void callCostsTheSumOfItsAttempts() {
    CallRecord last = CallRecords.answered(CallRecords.NOW, "alice", "0.01");
    ledger.insert(List.of(CallRecords.brokenOff(last, "0.002"), last));
    CostReport report = report(DAY, DAY);

    assertEquals(new BigDecimal("0.012"), report.totals().cost());
    assertEquals(1, report.totals().calls());
    assertEquals(2, report.totals().counts().attempts());
    assertEquals(0, report.totals().counts().failed());
    assertEquals(165, report.totals().tokens().total());
    assertEquals(
        List.of("0.01 1", "0.002 0"),
        report.shares(Breakdown.BY_MODEL).stream()
            .map(share -> share.cost() + " " + share.calls())
            .toList());
    assertEquals(
        List.of("0.012 1"),
        report.shares(Breakdown.TOP_USERS).stream()
            .map(share -> share.cost() + " " + share.calls())
            .toList());
  }

  @Test
  void repeatedBatchChangesNothing() {
    List<CallRecord> batch =
        List.of(
            CallRecords.answered(CallRecords.NOW, "alice", "0.01"),
            CallRecords.cached(CallRecords.NOW, "bob", "0.02"));
    assertEquals(2, ledger.insert(batch));
    CostReport once = report(DAY, DAY);

    assertEquals(0, ledger.insert(batch));
    assertEquals(0, LedgerQueries.ledger(database).insert(batch.reversed()));
    assertEquals(once, report(DAY, DAY));
  }

  @Test
  void duplicateInABatchIsInsertedOnce() {
    CallRecord call = CallRecords.answered(CallRecords.NOW, "alice", "0.01");

    assertEquals(1, ledger.insert(List.of(call, call)));
    assertEquals(new BigDecimal("0.01"), report(DAY, DAY).totals().cost());
  }

  @Test
  void lateRecordGoesToItsOwnDayAndMonth() {
    Instant october = Instant.parse("2026-10-31T23:59:59.999Z");
    Instant november = Instant.parse("2026-11-01T00:00:00Z");
    ledger.insert(
        List.of(
            CallRecords.answered(november, "alice", "0.02"),
            CallRecords.answered(october, "alice", "0.01")));

    LocalDate lastOfOctober = LocalDate.parse("2026-10-31");
    assertEquals(new BigDecimal("0.01"), report(lastOfOctober, lastOfOctober).totals().cost());
    assertEquals(new BigDecimal("0.03"), report(lastOfOctober, DAY).totals().cost());
  }

  @Test
  void randomHistoriesWithReplaysAddUpToTheirRecords() throws Exception {
    Random random = new Random(20261122);
    List<CallRecord> calls =
        IntStream.range(0, 400)
            .mapToObj(
                i ->
                    CallRecords.answered(
                        CallRecords.NOW.minus(Duration.ofHours(random.nextInt(24 * 20))),
                        "user" + random.nextInt(7),
                        BigDecimal.valueOf(random.nextInt(1_000_000), 9).toPlainString()))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        List<CallRecord> shuffled = new ArrayList<>(calls);
        Collections.shuffle(shuffled, new Random(writer));
        PostgresCostLedger own = LedgerQueries.ledger(database);
        running.add(
            threads.submit(
                () -> {
                  for (int from = 0; from < shuffled.size(); from += 37) {
                    insertUntilAccepted(
                        own, shuffled.subList(from, Math.min(from + 37, shuffled.size())));
                  }
                }));
      }
      for (Future<?> writer : running) {
        writer.get();
      }
    }

    CostReport report = report(DAY.minusDays(30), DAY);
    BigDecimal sum = calls.stream().map(CallRecord::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertEquals(0, sum.compareTo(report.totals().cost()), sum + " " + report.totals().cost());
    assertEquals(400, report.totals().calls());
    assertEquals(
        0,
        sum.compareTo(
            report.shares(Breakdown.TOP_USERS).stream()
                .map(Share::cost)
                .reduce(BigDecimal.ZERO, BigDecimal::add)));
  }

  @Test
  void rejectedRecordDoesNotBlockOthers() throws SQLException {
    CallRecord fine = CallRecords.answered(CallRecords.NOW, "alice", "0.01");
    CallRecord other = CallRecords.answered(CallRecords.NOW, "alice", "0.01");
    CallRecord refused = CallRecords.answered(CallRecords.NOW, "mallory", "0.01");
    CallRecord last = CallRecords.answered(CallRecords.NOW, "alice", "0.01");
    ledger.insert(List.of(CallRecords.failed(CallRecords.NOW)));
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE llm_call ADD CHECK (user_id <> 'mallory')");
    }

    assertEquals(3, ledger.insert(List.of(fine, other, refused, last)));
    assertEquals(0, ledger.insert(List.of(refused)));
    assertEquals(4, report(DAY, DAY).totals().calls());
  }

  @Test
  void unavailableLedgerIsReported() {
    PGSimpleDataSource nowhere = new PGSimpleDataSource();
    nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/none");
    CallRecord call = CallRecords.failed(CallRecords.NOW);

    assertThrows(
        LedgerUnavailableException.class,
        () -> new PostgresCostReports(nowhere, new ObjectMapper()).report(CostQuery.all(DAY, DAY)));
    assertThrows(
        LedgerUnavailableException.class,
        () ->
            new PostgresCostLedger(nowhere, Flyway.configure().dataSource(nowhere).load())
                .insert(List.of(call)));
  }

  /** As Lambda does with a batch that failed, for instance in a deadlock. */
  private static void insertUntilAccepted(CostLedger ledger, List<CallRecord> batch) {
    for (int attempt = 1; ; attempt++) {
      try {
        ledger.insert(batch);
        return;
      } catch (LedgerUnavailableException e) {
        if (attempt == 20) {
          throw e;
        }
      }
    }
  }
}
