package dev.tollgate.cost.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.TestEngines;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.cost.calls.DynamoDbCallLog;
import dev.tollgate.cost.calls.DynamoDbRecordedCalls;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

final class WatermarkIT {
  private static final Instant NOW = Instant.parse("2026-11-22T00:03:00Z");
  private static final Instant LATER = NOW.plusSeconds(10);

  private CallLog log;
  private CostLedger ledger;
  private Watermark watermark;

  @BeforeEach
  void make() throws SQLException {
    PGSimpleDataSource database = TestEngines.database();
    String table = TestEngines.table("CallsTable");
    log = new DynamoDbCallLog(TestEngines.dynamoDb(), table);
    ledger = LedgerQueries.ledger(database);
    watermark =
        new Watermark(
            new DynamoDbRecordedCalls(TestEngines.dynamoDb(), table),
            new PostgresCostReports(database, new ObjectMapper()));
  }

  /** Enough calls for several parts of the log, some seconds apart, the newest so long ago. */
  private List<CallRecord> recorded(Duration ago) {
    List<CallRecord> calls =
        IntStream.range(0, 20)
            .mapToObj(n -> CallRecords.failed(NOW.minus(ago).minusSeconds(n)))
            .toList();
    calls.forEach(this::append);
    return calls;
  }

  private void append(CallRecord call) {
    log.append(call, Duration.ofSeconds(3));
  }

  @Test
  void currentLedgerIsCompleteUntilNow() {
    assertEquals(Optional.of(NOW), watermark.completeUntil(NOW));
    ledger.insert(recorded(Duration.ofSeconds(1)));

    assertEquals(Optional.of(LATER), watermark.completeUntil(LATER));
  }

  @Test
  void watermarkIsCachedBriefly() {
    assertEquals(Optional.of(NOW), watermark.completeUntil(NOW));
    recorded(Duration.ofSeconds(-2));

    assertEquals(Optional.of(NOW), watermark.completeUntil(NOW.plusSeconds(1)));
    assertEquals(Optional.of(NOW), watermark.completeUntil(LATER));
  }

  @Test
  void laggingLedgerIsCompleteUntilItsGap() {
    ledger.insert(recorded(Duration.ofMinutes(10)));
    List<CallRecord> missing = recorded(Duration.ofSeconds(30));

    // The gap began 49 s ago, so a minute ago is the last moment that is asked about before it.
    assertEquals(Optional.of(NOW.minusSeconds(60)), watermark.completeUntil(NOW));
    ledger.insert(missing.subList(1, missing.size()));
    assertEquals(Optional.of(NOW.minusSeconds(60)), watermark.completeUntil(NOW));
    ledger.insert(missing.subList(0, 1));
    assertEquals(Optional.of(NOW), watermark.completeUntil(NOW));
  }

  @Test
  void lateRecordIsCountedAsMissing() {
    CallRecord late = CallRecords.failed(NOW.minusSeconds(28));
    List<CallRecord> overtook =
        Stream.generate(() -> CallRecords.failed(NOW.minusSeconds(1)))
            .limit(64) // so that one of them is in the same part of the log
            .toList();
    overtook.forEach(this::append);
    ledger.insert(overtook);
    append(late);

    assertEquals(Optional.of(NOW.minusSeconds(60)), watermark.completeUntil(NOW));
    ledger.insert(List.of(late));
    assertEquals(Optional.of(NOW), watermark.completeUntil(NOW));
  }

  @Test
  void gapOfThePreviousDayIsSeenAfterMidnight() {
    recorded(Duration.ofMinutes(5));
    ledger.insert(recorded(Duration.ofSeconds(10)));

    assertEquals(Optional.of(NOW.minus(Duration.ofMinutes(8))), watermark.completeUntil(NOW));
  }

  @Test
  void unreadableWatermarkIsUnknown() {
    Watermark blind =
        new Watermark(
            new DynamoDbRecordedCalls(TestEngines.dynamoDb(), "no-such-table"),
            new PostgresCostReports(new PGSimpleDataSource(), new ObjectMapper()));

    assertEquals(Optional.empty(), blind.completeUntil(NOW));
  }
}
