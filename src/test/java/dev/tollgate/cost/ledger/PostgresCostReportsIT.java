package dev.tollgate.cost.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.TestEngines;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.cost.ledger.CostReport.Group;
import dev.tollgate.cost.ledger.CostReport.Key;
import dev.tollgate.cost.ledger.CostReport.Share;
import dev.tollgate.cost.ledger.CostReport.Tokens;
import dev.tollgate.cost.ledger.CostReport.Totals;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.PromptCacheSavings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Reports over known calls.
 *
 * <p>One piece because all tests read reports of the same set of calls.
 */
final class PostgresCostReportsIT {
  private static final LocalDate DAY = LocalDate.parse("2026-11-22");
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant DAY_BEFORE = Instant.parse("2026-11-21T23:59:59.999Z");
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private PGSimpleDataSource database;
  private CostLedger ledger;
  private CostReports reports;

  @BeforeEach
  void makeLedger() throws SQLException {
    database = TestEngines.database();
    ledger = LedgerQueries.ledger(database);
    reports = new PostgresCostReports(database, JSON);
  }

  /** A call of alice's in team search: 150 tokens in 321 ms for 0.01 USD, with some fields else. */
  private static CallRecord call(Instant time, String... fields) {
    ObjectNode json = CallRecordJson.write(CallRecords.answered(time, "alice", "0.01"));
    for (int i = 0; i < fields.length; i += 2) {
      try {
        json.set(fields[i], JSON.readTree(fields[i + 1]));
      } catch (JsonProcessingException e) {
        json.put(fields[i], fields[i + 1]);
      }
    }
    return CallRecordJson.read(json);
  }

  /** Six calls of three users in two teams, one of them the day before. */
  private List<CallRecord> book() {
    List<CallRecord> calls =
        List.of(
            call(NOON, "prompt_cache_read_savings_usd", "0.000018"),
            call(
                NOON.plusSeconds(1),
                "user_id",
                "bob",
                "model",
                "gpt-6-luna",
                "provider",
                "openai",
                "cost_usd",
                "0.5",
                "price_status",
                "estimated",
                "prompt_cache_write_premium_usd",
                "0.00004",
                "latency_ms",
                "2500"),
            call(
                NOON.plusSeconds(2),
                "user_id",
                "bob",
                "team",
                "billing",
                "endpoint",
                "invoices",
                "cost_usd",
                "0.2",
                "prompt_version",
                "4",
                "latency_ms",
                "40000"),
            CallRecords.cached(NOON.plusSeconds(3), "alice", "0.02056545"),
            call(NOON.plusSeconds(4), "user_id", "carol", "purpose", "judge", "cost_usd", "0.9"),
            CallRecords.failed(NOON.plusSeconds(5)),
            call(DAY_BEFORE, "cost_usd", "0.4"));
    assertEquals(calls.size(), ledger.insert(calls));
    return calls;
  }

  private CostReport day(Map<Dimension, Set<String>> filter) {
    return reports.report(new CostQuery(DAY, DAY, filter));
  }

  private static BigDecimal usd(String amount) {
    return new BigDecimal(amount);
  }

  private static Share share(String cost, long calls, long tokens, Object... key) {
    return new Share(key(key), usd(cost), calls, tokens);
  }

  private static Key key(Object... key) {
    Map<Dimension, String> values = new EnumMap<>(Dimension.class);
    for (int i = 0; i < key.length; i += 2) {
      values.put((Dimension) key[i], (String) key[i + 1]);
    }
    return new Key(values);
  }

  @Test
  void emptyLedgerReportsNothing() {
    CostQuery query = CostQuery.all(DAY, DAY);

    assertEquals(CostReport.empty(query), reports.report(query));
    assertEquals(List.of(), reports.groups(query, List.of(Dimension.TEAM), 0, 10));
    assertFalse(reports.containsAll(List.of(CallRecords.failed(NOON).id())));
  }

  @Test
  void everyFigureIsTheSumOfItsCalls() {
    List<CallRecord> calls = book();
    CostReport report = day(Map.of());
    Totals totals = report.totals();

    assertEquals(usd("1.61"), totals.cost());
    assertEquals(6, totals.counts().attempts());
    assertEquals(6, totals.calls());
    assertEquals(1, totals.counts().cacheHits());
    assertEquals(1, totals.counts().failed());
    assertEquals(new Tokens(40, 80, 120, 160, 200), totals.tokens());
    assertEquals(usd("0"), totals.spend().adjustment());
    assertEquals(usd("0.5"), totals.spend().estimated());
    assertEquals(usd("0.02056545"), totals.savings().cache());
    assertEquals(
        new PromptCacheSavings(usd("0.000018"), usd("0.00004")), totals.savings().promptCache());
    assertEquals(usd("-0.000022"), totals.savings().promptCache().net());
    assertEquals(usd("0.4"), report.previous().cost());
    assertEquals(1, report.previous().calls());
    assertEquals(Optional.of(calls.get(5).time()), report.newestCall());
  }

  @Test
  void breakdownsAddUpToTheTotal() {
    book();
    CostReport report = day(Map.of());
    String haiku = "claude-haiku-4-5-20251001";

    assertEquals(
        List.of(
            share("1.11", 4, 450, Dimension.PROVIDER, "anthropic", Dimension.MODEL, haiku),
            share("0.5", 1, 150, Dimension.PROVIDER, "openai", Dimension.MODEL, "gpt-6-luna"),
            share(
                "0", 1, 0, Dimension.PROVIDER, "anthropic", Dimension.MODEL, "claude-unheard-of")),
        report.shares(Breakdown.BY_MODEL));
    assertEquals(
        List.of(
            share("0.5", 1, 150, Dimension.USER, "bob", Dimension.TEAM, "search"),
            share("0.2", 1, 150, Dimension.USER, "bob", Dimension.TEAM, "billing"),
            share("0.01", 2, 150, Dimension.USER, "alice", Dimension.TEAM, "search")),
        report.shares(Breakdown.TOP_USERS));
    assertEquals(
        List.of(
            share("1.41", 4, 450, Dimension.ENDPOINT, "docs-search"),
            share("0.2", 1, 150, Dimension.ENDPOINT, "invoices"),
            share("0", 1, 0, Dimension.ENDPOINT, "/v1/messages")),
        report.shares(Breakdown.BY_ENDPOINT));
    assertEquals(
        List.of(
            share("1.41", 5, 450, Dimension.TEAM, "search"),
            share("0.2", 1, 150, Dimension.TEAM, "billing")),
        report.shares(Breakdown.BY_TEAM));
    assertEquals(
        List.of(
            share("1.41", 3, 450, Dimension.PROMPT, "rag_system", Dimension.PROMPT_VERSION, "3"),
            share("0.2", 1, 150, Dimension.PROMPT, "rag_system", Dimension.PROMPT_VERSION, "4"),
            share("0", 2, 0, Dimension.PROMPT, "", Dimension.PROMPT_VERSION, "0")),
        report.shares(Breakdown.BY_PROMPT));
    assertEquals(
        List.of(share("1.61", 6, 600, Dimension.DAY, "2026-11-22")),
        report.shares(Breakdown.BY_DAY));
    assertEquals(
        List.of(
            share("1.61", 5, 600, Dimension.CACHE, "none"),
            share("0", 1, 0, Dimension.CACHE, "exact")),
        report.shares(Breakdown.BY_CACHE));
    assertEquals(
        List.of(
            share("0.9", 1, 150, Dimension.PURPOSE, "judge"),
            share("0.71", 5, 450, Dimension.PURPOSE, "live")),
        report.shares(Breakdown.BY_PURPOSE));
  }

  /** Whichever roll-up answers. */
  @Test
  void semanticHitsAreCountedApart() {
    CallRecord similar = CallRecords.similar(NOON.plusSeconds(1), "alice", "0.02");
    ledger.insert(List.of(CallRecords.cached(NOON, "alice", "0.5"), similar, call(NOON)));

    for (Map<Dimension, Set<String>> filter :
        List.<Map<Dimension, Set<String>>>of(
            Map.of(),
            Map.of(Dimension.USER, Set.of("alice")),
            Map.of(
                Dimension.MODEL,
                Set.of("claude-haiku-4-5-20251001"),
                Dimension.USER,
                Set.of("alice")))) {
      Totals totals = day(filter).totals();
      assertEquals(2, totals.counts().cacheHits());
      assertEquals(1, totals.counts().semanticHits());
      assertEquals(1, totals.counts().exactHits());
      assertEquals(usd("0.52"), totals.savings().cache());
      assertEquals(usd("0.02"), totals.savings().semantic());
      assertEquals(usd("0.5"), totals.savings().exact());
    }
    assertEquals(
        List.of(similar),
        reports.calls(
            new CallQuery(
                new CostQuery(DAY, DAY, Map.of(Dimension.CACHE, Set.of("semantic"))),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                10)));
  }

  @Test
  void percentilesComeFromTheHistogram() {
    book();
    // 321 ms four times, 2,500 ms and 40,000 ms.
    LatencyHistogram latency = day(Map.of()).totals().latency();

    assertEquals(6, latency.counts().stream().mapToLong(Long::longValue).sum());
    assertEquals(312, latency.percentile(50).getAsLong());
    assertEquals(30_000, latency.percentile(95).getAsLong());
  }

  @Test
  void filtersApplyToEveryFigure() {
    book();
    CostReport bob =
        day(Map.of(Dimension.USER, Set.of("bob"), Dimension.MODEL, Set.of("gpt-6-luna")));

    assertEquals(usd("0.5"), bob.totals().cost());
    assertEquals(usd("0"), bob.previous().cost());
    assertEquals(
        List.of(share("0.5", 1, 150, Dimension.TEAM, "search")), bob.shares(Breakdown.BY_TEAM));
    assertEquals(1, bob.shares(Breakdown.TOP_USERS).size());
    assertEquals(usd("0.7"), day(Map.of(Dimension.USER, Set.of("bob"))).totals().cost());
    assertEquals(usd("0.71"), day(Map.of(Dimension.USER, Set.of("bob", "alice"))).totals().cost());
    assertEquals(1, day(Map.of(Dimension.USER, Set.of(""))).totals().calls());
    assertEquals(2, day(Map.of(Dimension.PROMPT, Set.of(""))).totals().calls());
    assertEquals(
        usd("0.2"),
        day(Map.of(Dimension.PROMPT, Set.of("rag_system"), Dimension.PROMPT_VERSION, Set.of("4")))
            .totals()
            .cost());
    assertEquals(
        List.of(), day(Map.of(Dimension.PURPOSE, Set.of("judge"))).shares(Breakdown.TOP_USERS));
    assertEquals(CostReport.Totals.NONE, day(Map.of(Dimension.TEAM, Set.of("x"))).totals());
  }

  /** Whichever roll-up answers, the answer is the same. */
  @Test
  void allDimensionsAddUpToTheTotal() {
    book();
    CostQuery query = CostQuery.all(DAY.minusDays(1), DAY);
    Totals total = reports.report(query).totals();
    for (Dimension first : Dimension.values()) {
      for (Dimension second : Dimension.values()) {
        List<Group> groups =
            reports.groups(query, List.of(first, second).stream().distinct().toList(), 0, 100);
        assertEquals(
            total.cost(),
            Money.normalize(
                groups.stream()
                    .map(group -> group.totals().cost())
                    .reduce(BigDecimal.ZERO, BigDecimal::add)),
            first + " " + second);
        assertEquals(
            total.latency().counts().stream().mapToLong(Long::longValue).sum(),
            groups.stream()
                .flatMap(group -> group.totals().latency().counts().stream())
                .mapToLong(Long::longValue)
                .sum());
      }
    }
  }

  @Test
  void groupsAreSortedByDayAndCostInPages() {
    book();
    CostQuery query = CostQuery.all(DAY.minusDays(1), DAY);
    List<Dimension> by = List.of(Dimension.DAY, Dimension.USER);
    List<Group> all = reports.groups(query, by, 0, 100);

    assertEquals(
        List.of(
            key(Dimension.DAY, "2026-11-21", Dimension.USER, "alice"),
            key(Dimension.DAY, "2026-11-22", Dimension.USER, "carol"),
            key(Dimension.DAY, "2026-11-22", Dimension.USER, "bob"),
            key(Dimension.DAY, "2026-11-22", Dimension.USER, "alice"),
            key(Dimension.DAY, "2026-11-22", Dimension.USER, "")),
        all.stream().map(Group::key).toList());
    assertEquals(all.subList(2, 4), reports.groups(query, by, 2, 2));
  }

  @Test
  void reportsAdjustmentsAsCost() throws SQLException {
    book();
    execute(
        "UPDATE cost_daily SET adjustment_usd = -0.1 WHERE model = 'gpt-6-luna'",
        "UPDATE cost_daily_user SET adjustment_usd = -0.1 WHERE user_id = 'bob' AND team ="
            + " 'search'");
    CostReport report = day(Map.of());

    assertEquals(usd("1.51"), report.totals().cost());
    assertEquals(usd("-0.1"), report.totals().spend().adjustment());
    assertEquals(usd("0.4"), report.shares(Breakdown.BY_MODEL).get(1).cost());
    assertEquals(usd("0.4"), report.shares(Breakdown.TOP_USERS).getFirst().cost());
  }

  @Test
  void callsAreListedNewestFirstInPages() {
    List<CallRecord> calls = book();
    CostQuery all = CostQuery.all(DAY.minusDays(1), DAY);

    assertEquals(calls.subList(0, 6).reversed(), found(all, 6));
    assertEquals(
        List.of(calls.get(2), calls.get(1)),
        reports.calls(
            new CallQuery(
                all,
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(calls.get(3).id()),
                2)));
    assertEquals(
        List.of(calls.get(6)), found(CostQuery.all(DAY.minusDays(1), DAY.minusDays(1)), 9));
    assertEquals(List.of(calls.get(2), calls.get(1)), found(filtered(Dimension.USER, "bob"), 9));
    assertEquals(List.of(calls.get(5)), found(filtered(Dimension.USER, ""), 9));
    assertEquals(
        List.of(calls.get(5)),
        reports.calls(
            new CallQuery(
                all, Set.of(), Optional.empty(), Optional.of(true), Optional.empty(), 9)));
    assertEquals(
        List.of(calls.get(1)),
        reports.calls(
            new CallQuery(
                all,
                Set.of("key_1"),
                Optional.of(calls.get(1).callId()),
                Optional.of(false),
                Optional.empty(),
                9)));
    assertEquals(
        List.of(),
        reports.calls(
            new CallQuery(
                all, Set.of("key_2"), Optional.empty(), Optional.empty(), Optional.empty(), 9)));
  }

  private static CostQuery filtered(Dimension dimension, String value) {
    return new CostQuery(DAY.minusDays(1), DAY, Map.of(dimension, Set.of(value)));
  }

  private List<CallRecord> found(CostQuery query, int limit) {
    return reports.calls(
        new CallQuery(
            query, Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), limit));
  }

  @Test
  void findsRecordedCalls() {
    List<CallRecord> calls = book();
    CallId other = CallRecords.failed(NOON).id();

    assertTrue(reports.containsAll(calls.stream().map(CallRecord::id).toList()));
    assertFalse(reports.containsAll(List.of(calls.getFirst().id(), other)));
  }

  @Test
  void migrationRollsUpCallsOfTheFirstSchema() throws SQLException {
    List<CallRecord> calls = book();
    List<List<String>> booked = rollUps();
    execute("TRUNCATE cost_daily, cost_daily_user, cost_daily_detail");
    for (String statement : migration("V2__reports.sql")) {
      execute(statement);
    }

    assertEquals(calls.size(), booked.getFirst().size());
    assertEquals(booked, rollUps());
  }

  private static List<String> migration(String name) {
    try (var file = PostgresCostReportsIT.class.getResourceAsStream("/db/migration/" + name)) {
      return Arrays.stream(new String(file.readAllBytes(), StandardCharsets.UTF_8).split(";"))
          .map(String::strip)
          .filter(statement -> statement.startsWith("INSERT INTO"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<List<String>> rollUps() throws SQLException {
    List<List<String>> rollUps = new ArrayList<>();
    for (RollUp rollUp : RollUp.values()) {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT row::text FROM %s AS row ORDER BY 1".formatted(rollUp.table()))) {
        List<String> texts = new ArrayList<>();
        while (rows.next()) {
          texts.add(rows.getString(1));
        }
        rollUps.add(texts);
      }
    }
    return rollUps;
  }

  @Test
  void readerRoleSeesOnlyTheViews() throws SQLException {
    book();
    execute("GRANT tollgate_reader TO CURRENT_USER");
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET ROLE tollgate_reader");

      assertEquals(
          "6 1.61",
          value(
              statement,
              "SELECT sum(calls) || ' ' || sum(cost_usd) FROM v_daily_cost WHERE day = '%s'"
                  .formatted(DAY)));
      assertEquals("1", value(statement, "SELECT count(*) FROM v_calls WHERE failure IS NOT NULL"));
      for (String forbidden :
          List.of(
              "SELECT count(*) FROM llm_call",
              "SELECT count(*) FROM cost_daily",
              "DELETE FROM v_calls",
              "CREATE TABLE mine (id integer)")) {
        assertEquals(
            "42501",
            assertThrows(SQLException.class, () -> statement.execute(forbidden)).getSQLState(),
            forbidden);
      }
    }
  }

  private static String value(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void outdatedSchemaIsReportedInsteadOfZero() throws SQLException {
    book();
    CostQuery query = CostQuery.all(DAY, DAY);

    execute("ALTER TABLE cost_daily_user DROP COLUMN semantic_calls CASCADE");
    assertThrows(
        LedgerOutdatedException.class, () -> reports.groups(query, List.of(Dimension.USER), 0, 10));

    execute("DROP TABLE cost_daily_detail CASCADE");
    assertThrows(
        LedgerOutdatedException.class,
        () -> reports.groups(query, List.of(Dimension.USER, Dimension.MODEL), 0, 10));
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }
}
