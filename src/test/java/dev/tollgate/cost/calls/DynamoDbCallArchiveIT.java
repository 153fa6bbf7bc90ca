package dev.tollgate.cost.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.TestEngines;
import dev.tollgate.cost.ledger.LedgerQueries;
import dev.tollgate.cost.ledger.LedgerQueries.Totals;
import dev.tollgate.cost.ledger.LedgerRepair;
import dev.tollgate.cost.ledger.LedgerRepair.RepairResult;
import dev.tollgate.cost.ledger.PostgresCostLedger;
import dev.tollgate.cost.ledger.UserErasure;
import dev.tollgate.cost.ledger.UserErasure.ErasureResult;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The calls table as the source of ledger repairs and of user erasure. */
final class DynamoDbCallArchiveIT {
  private static final LocalDate DAY = LocalDate.parse("2026-11-22");
  private static final Instant AT_ONCE = Instant.EPOCH;
  private static final Instant IN_GOOD_TIME = Instant.MAX;

  private String table;
  private CallLog log;
  private CallArchive archive;
  private PostgresCostLedger ledger;
  private LedgerQueries books;
  private final Clock clock = Clock.fixed(CallRecords.NOW, ZoneOffset.UTC);

  @BeforeEach
  void createStores() throws SQLException {
    table = TestEngines.table("CallsTable");
    log = new DynamoDbCallLog(TestEngines.dynamoDb(), table);
    archive = new DynamoDbCallArchive(TestEngines.dynamoDb(), table);
    PGSimpleDataSource database = TestEngines.database();
    ledger = LedgerQueries.ledger(database);
    books = new LedgerQueries(database);
  }

  private void append(CallRecord call) {
    log.append(call, Duration.ofSeconds(3));
  }

  @Test
  void readsLoggedCalls() {
    Set<CallRecord> calls =
        Set.of(
            CallRecords.answered(CallRecords.NOW, "alice", "0.00000001"),
            CallRecords.cached(CallRecords.NOW, "bob", "0.02"),
            CallRecords.failed(CallRecords.NOW));
    calls.forEach(this::append);
    append(CallRecords.answered(CallRecords.NOW.minus(Duration.ofDays(1)), "alice", "1"));

    assertEquals(calls, new HashSet<>(readAll(DAY)));
  }

  @Test
  void restoresDayThatStreamLostOnce() throws SQLException {
    List<CallRecord> calls = logged(30, DAY, "alice");
    logged(1, DAY.minusDays(1), "alice");
    ledger.insert(calls.subList(0, 10));
    LedgerRepair repair = new LedgerRepair(archive, ledger, clock);

    assertEquals(
        new RepairResult(30, 20, 0, Optional.empty()),
        repair.repair(Optional.of(DAY), Optional.empty(), IN_GOOD_TIME));
    assertEquals(
        new RepairResult(30, 0, 0, Optional.empty()),
        repair.repair(Optional.of(DAY), Optional.empty(), IN_GOOD_TIME));
    assertEquals(Set.of(totals("0.3", 30)), books.totals());
  }

  @Test
  void pagesContainAllCalls() throws SQLException {
    logged(40, DAY, "alice");
    logged(1, DAY.minusDays(1), "alice");
    LedgerRepair repair = new LedgerRepair(archive, ledger, clock);

    long booked = 0;
    int parts = 0;
    Optional<String> place = Optional.empty();
    do {
      RepairResult part = repair.repair(Optional.of(DAY), place, AT_ONCE);
      booked += part.inserted();
      place = part.next();
      parts++;
    } while (place.isPresent());

    assertEquals(40, booked);
    assertEquals(16, parts, "each is one shard");
    assertEquals(Set.of(totals("0.4", 40)), books.totals());
    assertEquals(
        new RepairResult(41, 1, 0, Optional.empty()),
        repair.repair(Optional.empty(), Optional.empty(), IN_GOOD_TIME));
  }

  @Test
  void skipsAndCountsInvalidItem() {
    logged(1, DAY, "alice");
    TestEngines.dynamoDb()
        .putItem(
            put ->
                put.tableName(table)
                    .item(
                        Map.of(
                            "PK", AttributeValue.fromS(DAY + "#3"),
                            "SK", AttributeValue.fromS("x"))));

    assertEquals(
        new RepairResult(1, 1, 1, Optional.empty()),
        new LedgerRepair(archive, ledger, clock)
            .repair(Optional.of(DAY), Optional.empty(), IN_GOOD_TIME));
  }

  @Test
  void rejectsInvalidCursor() {
    for (String place : List.of("", "nowhere", "2026-11-23#1/0", "2026-13-01#1/0")) {
      assertThrows(
          CallArchive.InvalidCursorException.class,
          () -> archive.readDay(DAY, Optional.of(place)),
          place);
    }
  }

  @Test
  void restoresSpilledRecordOnce() {
    CallRecord call = CallRecords.answered(CallRecords.NOW, "alice", "0.01");

    assertTrue(archive.restore(call));
    assertFalse(archive.restore(call));
    assertEquals(List.of(call), readAll(DAY));
  }

  @Test
  void erasedUserKeepsOnePseudonym() throws SQLException {
    Stream.of(logged(5, DAY, "alice"), logged(5, DAY.minusDays(40), "alice"))
        .forEach(ledger::insert);
    ledger.insert(logged(2, DAY, "bob"));
    UserErasure erasure = new UserErasure(archive, ledger, clock);

    ErasureResult erased =
        erasure.erase("search", "alice", Optional.empty(), "key_admin", IN_GOOD_TIME);

    assertEquals(10, erased.calls());
    assertEquals(Optional.empty(), erased.cursor());
    assertTrue(erased.pseudonym().matches("anon_[0-9a-f]{16}"), erased.pseudonym());
    assertEquals(
        Set.of(Optional.of(erased.pseudonym()), Optional.of("bob")),
        archive.readAll(Optional.empty()).calls().stream()
            .map(CallRecord::user)
            .collect(Collectors.toSet()));
    for (String place : List.of("llm_call", "cost_daily_user", "cost_daily_detail")) {
      assertEquals(
          List.of(erased.pseudonym(), "bob"),
          books.rows("SELECT DISTINCT user_id FROM " + place + " ORDER BY 1"));
    }
    assertEquals(Set.of(totals("0.12", 12)), books.totals());
    assertEquals(
        List.of(erased.pseudonym() + " search key_admin"),
        books.rows("SELECT pseudonym, team, made_by FROM user_erasure"));
  }

  /** Late records of an erased user keep the old id until the erasure is repeated. */
  @Test
  void secondErasureIncludesLateRecords() throws SQLException {
    ledger.insert(logged(3, DAY, "alice"));
    UserErasure erasure = new UserErasure(archive, ledger, clock);
    ErasureResult last = eraseInParts(erasure);

    assertEquals(List.of("1"), books.rows("SELECT count(*) FROM cost_daily_user"));
    ledger.insert(List.of(CallRecords.answered(CallRecords.NOW, "alice", "0.01")));
    assertEquals(List.of("2"), books.rows("SELECT count(*) FROM cost_daily_user"));

    // The response of the last page was lost, so the request is repeated.
    ledger.pseudonymizeUser("search", "alice", last.pseudonym(), "key_admin");
    assertEquals(
        List.of(last.pseudonym() + " 4"), books.rows("SELECT user_id, calls FROM cost_daily_user"));
    assertEquals(Set.of(totals("0.04", 4)), books.totals());
  }

  @Test
  void erasureKeepsUserOfAnotherTeam() throws SQLException {
    ledger.insert(logged(1, DAY, "alice"));

    new UserErasure(archive, ledger, clock)
        .erase("sales", "alice", Optional.empty(), "key_admin", IN_GOOD_TIME);

    assertEquals(List.of("alice"), books.rows("SELECT user_id FROM llm_call"));
  }

  private static ErasureResult eraseInParts(UserErasure erasure) {
    ErasureResult part = erasure.erase("search", "alice", Optional.empty(), "key_admin", AT_ONCE);
    long calls = part.calls();
    while (part.cursor().isPresent()) {
      String pseudonym = part.pseudonym();
      part = erasure.erase("search", "alice", part.cursor(), "key_admin", AT_ONCE);
      assertEquals(pseudonym, part.pseudonym());
      calls += part.calls();
    }
    assertEquals(3, calls);
    return part;
  }

  private List<CallRecord> readAll(LocalDate day) {
    CallArchive.Page part = archive.readDay(day, Optional.empty());
    Stream<CallRecord> calls = part.calls().stream();
    while (part.next().isPresent()) {
      part = archive.readDay(day, part.next());
      calls = Stream.concat(calls, part.calls().stream());
    }
    return calls.toList();
  }

  private List<CallRecord> logged(int count, LocalDate day, String user) {
    List<CallRecord> calls =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    CallRecords.answered(
                        day.atStartOfDay().plusHours(i % 24).toInstant(ZoneOffset.UTC),
                        user,
                        "0.01"))
            .toList();
    calls.forEach(this::append);
    return calls;
  }

  private static Totals totals(String usd, long attempts) {
    return new Totals(new BigDecimal(usd), BigDecimal.ZERO, attempts);
  }
}
