package dev.tollgate.cost;

import dev.tollgate.cost.CostReport.EndpointCost;
import dev.tollgate.cost.CostReport.ModelCost;
import dev.tollgate.cost.CostReport.Totals;
import dev.tollgate.cost.CostReport.UserCost;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Reports from the daily roll-ups, so that their time does not grow with the calls. */
@Singleton
class PostgresCostReports implements CostReports {
  private static final int TOP_USERS = 10;
  private static final String UNDEFINED_TABLE = "42P01";

  private static final String TOTALS =
      """
      SELECT coalesce(sum(calls), 0), coalesce(sum(cached_calls), 0),
        coalesce(sum(failed_calls), 0),
        coalesce(sum(input_tokens + cache_read_tokens + cache_write_5m_tokens
          + cache_write_1h_tokens + output_tokens), 0),
        coalesce(sum(cost_usd + adjustment_usd), 0), coalesce(sum(estimated_cost_usd), 0),
        coalesce(sum(avoided_cost_usd), 0)
      FROM cost_daily WHERE day BETWEEN ? AND ?
      """;
  private static final String BY_MODEL =
      """
      SELECT provider, model, sum(cost_usd + adjustment_usd) AS cost, sum(calls)
      FROM cost_daily WHERE day BETWEEN ? AND ?
      GROUP BY provider, model ORDER BY cost DESC, provider, model
      """;
  private static final String TOP =
      """
      SELECT team, user_id, sum(cost_usd + adjustment_usd) AS cost, sum(calls)
      FROM cost_daily_user
      WHERE day BETWEEN ? AND ? AND purpose = 'live' AND user_id <> ''
      GROUP BY team, user_id ORDER BY cost DESC, team, user_id LIMIT
      """
          + TOP_USERS;
  private static final String BY_ENDPOINT =
      """
      SELECT endpoint, sum(cost_usd + adjustment_usd) AS cost, sum(calls)
      FROM cost_daily WHERE day BETWEEN ? AND ?
      GROUP BY endpoint ORDER BY cost DESC, endpoint
      """;

  private final DataSource database;

  PostgresCostReports(DataSource database) {
    this.database = database;
  }

  @Override
  public CostReport report(LocalDate from, LocalDate to) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      // One snapshot for all figures, so that they agree with each other while calls are booked.
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try {
        return report(connection, from, to);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        // The ledger migrates before its first batch: no tables yet means no calls yet.
        return new CostReport(
            from, to, Totals.NONE, List.of(), List.of(), List.of(), Optional.empty());
      }
      throw new LedgerUnavailableException(e);
    }
  }

  private static CostReport report(Connection connection, LocalDate from, LocalDate to)
      throws SQLException {
    return new CostReport(
        from,
        to,
        rows(connection, TOTALS, from, to, PostgresCostReports::totals).getFirst(),
        rows(
            connection,
            BY_MODEL,
            from,
            to,
            row ->
                new ModelCost(row.getString(1), row.getString(2), money(row, 3), row.getLong(4))),
        rows(
            connection,
            TOP,
            from,
            to,
            row -> new UserCost(row.getString(1), row.getString(2), money(row, 3), row.getLong(4))),
        rows(
            connection,
            BY_ENDPOINT,
            from,
            to,
            row -> new EndpointCost(row.getString(1), money(row, 2), row.getLong(3))),
        newestCall(connection));
  }

  private static Totals totals(ResultSet row) throws SQLException {
    return new Totals(
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        money(row, 5),
        money(row, 6),
        money(row, 7));
  }

  private static Optional<Instant> newestCall(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT max(time) FROM llm_call")) {
      row.next();
      return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
          .map(OffsetDateTime::toInstant);
    }
  }

  private static BigDecimal money(ResultSet row, int column) throws SQLException {
    return Money.plain(row.getBigDecimal(column));
  }

  private static <T> List<T> rows(
      Connection connection, String sql, LocalDate from, LocalDate to, RowReader<T> reader)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, from);
      statement.setObject(2, to);
      try (ResultSet result = statement.executeQuery()) {
        List<T> rows = new ArrayList<>();
        while (result.next()) {
          rows.add(reader.read(result));
        }
        return rows;
      }
    }
  }

  @FunctionalInterface
  private interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }
}
