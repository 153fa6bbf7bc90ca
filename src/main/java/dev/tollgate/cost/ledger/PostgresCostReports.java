package dev.tollgate.cost.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.cost.ledger.CostReport.Counts;
import dev.tollgate.cost.ledger.CostReport.Group;
import dev.tollgate.cost.ledger.CostReport.Key;
import dev.tollgate.cost.ledger.CostReport.Savings;
import dev.tollgate.cost.ledger.CostReport.Share;
import dev.tollgate.cost.ledger.CostReport.Spend;
import dev.tollgate.cost.ledger.CostReport.Tokens;
import dev.tollgate.cost.ledger.CostReport.Totals;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.PromptCacheSavings;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Reports from the daily roll-ups, so that their time does not grow with the calls. */
@Singleton
class PostgresCostReports implements CostReports {
  private static final int TOP_USERS = 10;
  private static final int MAX_SHARES = 400;

  /** The errors of a query before a migration: an undefined table, and an undefined column. */
  private static final Set<String> UNDEFINED_SQL_STATES = Set.of("42P01", "42703");

  /** A migration takes less than a second. */
  private static final int MAX_ATTEMPTS = 5;

  private static final Duration RETRY_DELAY = Duration.ofMillis(250);

  /** The longest time between the beginning of a call and of its last attempt. */
  private static final Duration MAX_CALL_DURATION = Duration.ofMinutes(15);

  private static final List<Dimension> DAY_DIMENSIONS = Breakdown.BY_DAY.dimensions();

  /** The dimensions of one query for most breakdowns, so that a report reads its days once. */
  private static final List<Dimension> SHARE_DIMENSIONS =
      Stream.of(Dimension.values())
          .filter(dimension -> dimension != Dimension.DAY && dimension != Dimension.USER)
          .toList();

  private static final String COST_SQL = "cost_usd + adjustment_usd";
  private static final String TOKENS_SQL =
      "input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens"
          + " + output_tokens";

  private static final String SHARE_SQL = sums(Stream.of(COST_SQL, "calls", TOKENS_SQL));
  private static final String TOTALS_SQL =
      "coalesce(sum(%s), 0) AS total_usd, ".formatted(COST_SQL)
          + RollUp.MEASURE_COLUMNS.stream()
              .map("coalesce(sum(%1$s), 0) AS %1$s"::formatted)
              .collect(Collectors.joining(", "));

  private final DataSource database;
  private final ObjectMapper json;

  PostgresCostReports(DataSource database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  private static String sums(Stream<String> columns) {
    return columns.map("coalesce(sum(%s), 0)"::formatted).collect(Collectors.joining(", "));
  }

  @Override
  public CostReport report(CostQuery query) {
    return readWithRetry(connection -> report(connection, query)).orElse(CostReport.empty(query));
  }

  @Override
  public List<Group> groups(CostQuery query, List<Dimension> by, int offset, int limit) {
    PostgresQuery select =
        select(query, by, TOTALS_SQL)
            .append(groupBy(by))
            .append(" LIMIT ? OFFSET ?", limit, offset);
    return readWithRetry(
            connection -> select.fetch(connection, row -> new Group(key(row, by), totals(row))))
        .orElse(List.of());
  }

  @Override
  public List<CallRecord> calls(CallQuery query) {
    return readWithRetry(
            connection -> select(query).fetch(connection, row -> call(row.getString(1))))
        .orElse(List.of());
  }

  @Override
  public boolean containsAll(Collection<CallId> attempts) {
    PostgresQuery select =
        new PostgresQuery(
            """
            SELECT count(*)
            FROM unnest(?::text[]::timestamptz[], ?) AS asked (time, id)
            JOIN llm_call USING (time, id)
            """,
            attempts.stream().map(id -> id.time().toString()).toList(),
            attempts.stream().map(CallId::value).toList());
    long found =
        readWithRetry(connection -> select.fetch(connection, row -> row.getLong(1)).getFirst())
            .orElse(0L);
    return found == attempts.size();
  }

  private static CostReport report(Connection connection, CostQuery query) throws SQLException {
    List<Share> parts =
        select(query, SHARE_DIMENSIONS, SHARE_SQL)
            .append(" GROUP BY " + columns(SHARE_DIMENSIONS))
            .fetch(connection, row -> share(row, SHARE_DIMENSIONS));
    Map<Breakdown, List<Share>> breakdowns = new EnumMap<>(Breakdown.class);
    for (Breakdown breakdown : Breakdown.values()) {
      breakdowns.put(
          breakdown,
          switch (breakdown) {
            case BY_DAY ->
                shares(
                    connection,
                    select(query, DAY_DIMENSIONS, SHARE_SQL),
                    DAY_DIMENSIONS,
                    query.days());
            case TOP_USERS -> topUsers(connection, query);
            case BY_MODEL, BY_ENDPOINT, BY_TEAM, BY_PROMPT, BY_CACHE, BY_PURPOSE ->
                Share.groupBy(breakdown.dimensions(), parts).stream().limit(MAX_SHARES).toList();
          });
    }
    return new CostReport(
        query,
        totals(connection, query),
        totals(connection, query.previousPeriod()),
        breakdowns,
        newestCall(connection));
  }

  private static List<Share> topUsers(Connection connection, CostQuery query) throws SQLException {
    List<Dimension> by = Breakdown.TOP_USERS.dimensions();
    PostgresQuery live =
        select(query, by, SHARE_SQL, Dimension.PURPOSE)
            .append(" AND purpose = 'live' AND user_id <> ''");
    return shares(connection, live, by, TOP_USERS);
  }

  private static List<Share> shares(
      Connection connection, PostgresQuery select, List<Dimension> by, int limit)
      throws SQLException {
    return select
        .append(groupBy(by))
        .append(" LIMIT ?", limit)
        .fetch(connection, row -> share(row, by));
  }

  private static Share share(ResultSet row, List<Dimension> by) throws SQLException {
    int sums = by.size() + 1;
    return new Share(key(row, by), money(row, sums), row.getLong(sums + 1), row.getLong(sums + 2));
  }

  private static Totals totals(Connection connection, CostQuery query) throws SQLException {
    return select(query, List.of(), TOTALS_SQL)
        .fetch(connection, PostgresCostReports::totals)
        .getFirst();
  }

  private static Optional<Instant> newestCall(Connection connection) throws SQLException {
    return new PostgresQuery("SELECT max(time) FROM llm_call")
        .fetch(connection, row -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
        .getFirst()
        .map(OffsetDateTime::toInstant);
  }

  /** Selects from the smallest roll-up that has all dimensions of the query. */
  private static PostgresQuery select(
      CostQuery query, List<Dimension> by, String sums, Dimension... others) {
    Set<Dimension> needed = EnumSet.of(Dimension.DAY, others);
    needed.addAll(by);
    needed.addAll(query.filter().keySet());
    PostgresQuery select =
        new PostgresQuery(
                "SELECT "
                    + by.stream().map(it -> it.column() + ", ").collect(Collectors.joining())
                    + sums
                    + " FROM "
                    + RollUp.smallestWith(needed).table())
            .append(" WHERE day BETWEEN ? AND ?", query.from(), query.to());
    query.filter().forEach(select::where);
    return select;
  }

  /** The end of a query. Its first sum is the cost. */
  private static String groupBy(List<Dimension> by) {
    String columns = columns(by);
    String first = by.contains(Dimension.DAY) ? "day, " : "";
    return " GROUP BY %s ORDER BY %s%d DESC, %s".formatted(columns, first, by.size() + 1, columns);
  }

  private static String columns(List<Dimension> by) {
    return by.stream().map(Dimension::column).collect(Collectors.joining(", "));
  }

  private static PostgresQuery select(CallQuery query) {
    CostQuery calls = query.calls();
    PostgresQuery select =
        new PostgresQuery(
            "SELECT "
                + PostgresCallColumns.JSON_SQL
                + " FROM llm_call AS call WHERE time >= ? AND time < ?",
            startOf(calls.from()),
            startOf(calls.to().plusDays(1)));
    calls.filter().forEach(select::where);
    if (!query.keyIds().isEmpty()) {
      select.append(" AND key_id = ANY (?)", query.keyIds());
    }
    query
        .callId()
        .ifPresent(
            id ->
                select.append(
                    " AND call_id = ? AND time BETWEEN ? AND ?",
                    id.value(),
                    timeOf(id),
                    timeOf(id).plus(MAX_CALL_DURATION)));
    query
        .failed()
        .ifPresent(failed -> select.append(" AND status " + (failed ? "=" : "<>") + " 'error'"));
    query
        .before()
        .ifPresent(id -> select.append(" AND (time, id) < (?, ?)", timeOf(id), id.value()));
    return select.append(" ORDER BY time DESC, id DESC LIMIT ?", query.limit());
  }

  private static OffsetDateTime startOf(LocalDate day) {
    return day.atStartOfDay().atOffset(ZoneOffset.UTC);
  }

  private static OffsetDateTime timeOf(CallId id) {
    return id.time().atOffset(ZoneOffset.UTC);
  }

  private static Key key(ResultSet row, List<Dimension> by) throws SQLException {
    Map<Dimension, String> values = new EnumMap<>(Dimension.class);
    for (int i = 0; i < by.size(); i++) {
      values.put(by.get(i), row.getString(i + 1));
    }
    return new Key(values);
  }

  private static Totals totals(ResultSet row) throws SQLException {
    List<Long> latency = new ArrayList<>();
    for (String bucket : RollUp.LATENCY_COLUMNS) {
      latency.add(row.getLong(bucket));
    }
    return new Totals(
        new Spend(
            money(row, "total_usd"),
            money(row, "adjustment_usd"),
            money(row, "estimated_cost_usd")),
        new Counts(
            row.getLong("attempts"),
            row.getLong("calls"),
            row.getLong("cached_calls"),
            row.getLong("semantic_calls"),
            row.getLong("failed_calls")),
        new Tokens(
            row.getLong("input_tokens"),
            row.getLong("cache_read_tokens"),
            row.getLong("cache_write_5m_tokens"),
            row.getLong("cache_write_1h_tokens"),
            row.getLong("output_tokens")),
        new Savings(
            money(row, "avoided_cost_usd"),
            money(row, "semantic_avoided_cost_usd"),
            new PromptCacheSavings(
                money(row, "prompt_cache_read_savings_usd"),
                money(row, "prompt_cache_write_premium_usd"))),
        new LatencyHistogram(latency));
  }

  private static BigDecimal money(ResultSet row, String column) throws SQLException {
    return Money.normalize(row.getBigDecimal(column));
  }

  private static BigDecimal money(ResultSet row, int column) throws SQLException {
    return Money.normalize(row.getBigDecimal(column));
  }

  private CallRecord call(String row) {
    try {
      return CallRecordJson.read(json.readTree(row));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("PostgreSQL returned invalid JSON", e);
    }
  }

  /** Returns nothing if there is no ledger yet, and retries during a migration. */
  private <T> Optional<T> readWithRetry(SnapshotReader<T> reader) {
    // Not a constant: Failsafe's classes are initialised at run time in a native image.
    RetryPolicy<Optional<T>> policy =
        RetryPolicy.<Optional<T>>builder()
            .handle(LedgerOutdatedException.class)
            .withMaxAttempts(MAX_ATTEMPTS)
            .withDelay(RETRY_DELAY)
            .build();
    return Failsafe.with(policy).get(() -> tryRead(reader));
  }

  private <T> Optional<T> tryRead(SnapshotReader<T> reader) {
    try {
      return Optional.of(inSnapshot(reader));
    } catch (SQLException e) {
      if (e.getSQLState() == null || !UNDEFINED_SQL_STATES.contains(e.getSQLState())) {
        throw new LedgerUnavailableException(e);
      }
      if (!hasCalls()) {
        return Optional.empty();
      }
      throw new LedgerOutdatedException(e);
    }
  }

  private <T> T inSnapshot(SnapshotReader<T> reader) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      // One snapshot, so that all figures agree while calls are inserted.
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try {
        return reader.read(connection);
      } finally {
        connection.rollback();
      }
    }
  }

  /**
   * Whether the table of calls exists. The ledger migrates before an insert, so without this table
   * there are no calls yet. If only a newer table or column is missing, the migration is pending.
   */
  private boolean hasCalls() {
    try (Connection connection = database.getConnection()) {
      return new PostgresQuery("SELECT to_regclass('llm_call') IS NOT NULL")
          .fetch(connection, row -> row.getBoolean(1))
          .getFirst();
    } catch (SQLException e) {
      throw new LedgerUnavailableException(e);
    }
  }

  @FunctionalInterface
  private interface SnapshotReader<T> {
    T read(Connection connection) throws SQLException;
  }
}
