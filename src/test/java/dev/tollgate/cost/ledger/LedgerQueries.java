package dev.tollgate.cost.ledger;

import dev.tollgate.cost.pricing.Money;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The ledger's tables as an auditor reads them, by SQL alone. */
public final class LedgerQueries {
  private static final String RECORDS =
      """
      SELECT coalesce(sum(cost_usd + adjusted), 0),
        coalesce(sum(cost_usd + adjusted) FILTER (WHERE status = 'estimated'), 0), count(*)
      FROM (
        SELECT cost_usd,
          coalesce((SELECT sum(difference_usd) FROM price_adjustment AS a
            WHERE a.time = c.time AND a.id = c.id), 0) AS adjusted,
          coalesce((SELECT to_price_status FROM price_adjustment AS a
            WHERE a.time = c.time AND a.id = c.id ORDER BY number DESC LIMIT 1), price_status)
            AS status
        FROM llm_call AS c) AS call
      """;

  private final DataSource database;

  public LedgerQueries(DataSource database) {
    this.database = database;
  }

  /** The ledger that a database holds, or will once it is migrated. */
  public static PostgresCostLedger ledger(DataSource database) {
    return new PostgresCostLedger(
        database, Flyway.configure().dataSource(database).locations("db/migration").load());
  }

  /**
   * Totals.
   *
   * @param usd what all calls cost, adjustments included
   * @param estimated the part of it that is an estimate
   */
  public record Totals(BigDecimal usd, BigDecimal estimated, long attempts) {
    public Totals {
      usd = Money.normalize(usd);
      estimated = Money.normalize(estimated);
    }
  }

  /** Returns the totals of the records and of each roll-up: one element if all agree. */
  public Set<Totals> totals() throws SQLException {
    Set<Totals> totals = new HashSet<>();
    totals.add(totals(RECORDS));
    for (RollUp rollUp : RollUp.values()) {
      totals.add(
          totals(
              """
              SELECT coalesce(sum(cost_usd + adjustment_usd), 0),
                coalesce(sum(estimated_cost_usd), 0), coalesce(sum(attempts), 0)
              FROM\
              """
                  + " "
                  + rollUp.table()));
    }
    return totals;
  }

  private Totals totals(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return new Totals(row.getBigDecimal(1), row.getBigDecimal(2), row.getLong(3));
    }
  }

  /** Every row of a query, its columns joined by blanks. */
  public List<String> rows(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        List<String> cells = new ArrayList<>();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
          cells.add(row.getString(column));
        }
        rows.add(String.join(" ", cells));
      }
      return rows;
    }
  }
}
