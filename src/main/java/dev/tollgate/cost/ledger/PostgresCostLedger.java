package dev.tollgate.cost.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.json.JsonNodes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;

/** The ledger in PostgreSQL. Migrates the schema before its first batch. */
@Singleton
public class PostgresCostLedger implements CostLedger {
  private static final Logger LOG = Logger.getLogger(PostgresCostLedger.class);

  /** An arbitrary number. The lock stops two writers from creating the same partition. */
  private static final long PARTITION_LOCK = 0x746f6c6c67617465L;

  /**
   * Inserts a batch in one statement, so that the roll-ups count exactly the inserted rows. In a
   * rebuilt ledger a call gets its earlier adjustments again.
   */
  private static final String INSERT_SQL =
      """
      WITH batch AS (
        SELECT * FROM jsonb_to_recordset(?::jsonb) AS c(%s)
      ), inserted AS (
        INSERT INTO llm_call (%s)
        SELECT %s FROM batch
        ON CONFLICT DO NOTHING
        RETURNING *
      ), recorded AS (
        SELECT inserted.*, adjusted.difference_usd AS adjustment_usd,
          adjusted.estimated_difference_usd AS estimated_adjustment_usd
        FROM inserted, LATERAL (
          SELECT coalesce(sum(difference_usd), 0) AS difference_usd,
            coalesce(sum(estimated_difference_usd), 0) AS estimated_difference_usd
          FROM price_adjustment
          WHERE price_adjustment.time = inserted.time AND price_adjustment.id = inserted.id
        ) AS adjusted
      ), changes AS (%s), %s
      SELECT count(*) FROM inserted
      """
          .formatted(
              PostgresCallColumns.RECORDSET_SQL,
              PostgresCallColumns.NAMES_SQL,
              PostgresCallColumns.VALUES_SQL,
              RollUp.sumsSql("recorded"),
              RollUp.upsertSql("changes", RollUp.MEASURE_COLUMNS));

  private final DataSource database;
  private final Flyway flyway;
  private final Set<YearMonth> partitions = new HashSet<>();
  private boolean migrated;

  public PostgresCostLedger(DataSource database, Flyway flyway) {
    this.database = database;
    this.flyway = flyway;
  }

  @Override
  public synchronized int insert(Collection<CallRecord> calls) {
    if (calls.isEmpty()) {
      return 0;
    }
    ArrayNode batch = JsonNodes.array();
    Set<YearMonth> months = new TreeSet<>();
    for (CallRecord call : calls) {
      YearMonth month = YearMonth.from(call.time().atOffset(ZoneOffset.UTC));
      batch.add(CallRecordJson.write(call));
      months.add(month);
      // In advance, so that the first calls of a month do not wait for each other.
      months.add(month.plusMonths(1));
    }
    migrate();
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        createPartitions(connection, months);
        int inserted = insert(connection, batch);
        connection.commit();
        partitions.addAll(months);
        return inserted;
      } catch (SQLException e) {
        connection.rollback();
        if (!isDataError(e)) {
          throw e;
        }
        if (calls.size() == 1) {
          LOG.errorf("Skipped a call that PostgreSQL rejected (%s): %s", e.getMessage(), batch);
          return 0;
        }
      }
    } catch (SQLException e) {
      throw new LedgerUnavailableException(e);
    }
    return insertHalves(List.copyOf(calls));
  }

  /** Isolates the rejected call by halves, and inserts all others. */
  private int insertHalves(List<CallRecord> calls) {
    int half = calls.size() / 2;
    return insert(calls.subList(0, half)) + insert(calls.subList(half, calls.size()));
  }

  @Override
  public void pseudonymizeUser(String team, String user, String pseudonym, String actor) {
    inTransaction(
        connection -> {
          execute(
              connection,
              "INSERT INTO user_erasure (pseudonym, team, made_by) VALUES (?, ?, ?)"
                  + " ON CONFLICT DO NOTHING",
              pseudonym,
              team,
              actor);
          execute(
              connection,
              "UPDATE llm_call SET user_id = ? WHERE team = ? AND user_id = ?",
              pseudonym,
              team,
              user);
          for (RollUp rollUp : RollUp.withUsers()) {
            execute(connection, rollUp.pseudonymizeSql(), team, user, pseudonym);
          }
        });
  }

  @Override
  public void clear() {
    inTransaction(
        connection -> {
          for (RollUp rollUp : RollUp.values()) {
            execute(connection, "TRUNCATE " + rollUp.table());
          }
          execute(connection, "TRUNCATE llm_call");
        });
  }

  private void inTransaction(PostgresTransaction change) {
    migrate();
    PostgresTransaction.run(database, change);
  }

  private static void execute(Connection connection, String sql, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      statement.execute();
    }
  }

  /**
   * Whether the data is at fault (SQLSTATE classes 22 and 23), so that PostgreSQL rejects every
   * retry.
   */
  private static boolean isDataError(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  /** Migrates the schema once in the life of this process. */
  synchronized void migrate() {
    if (!migrated) {
      try {
        flyway.migrate();
      } catch (FlywayException e) {
        throw new LedgerUnavailableException(e);
      }
      migrated = true;
    }
  }

  private void createPartitions(Connection connection, Set<YearMonth> months) throws SQLException {
    for (YearMonth month : months) {
      if (partitions.contains(month)) {
        continue;
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_advisory_xact_lock(" + PARTITION_LOCK + ")");
        statement.execute(
            "CREATE TABLE IF NOT EXISTS llm_call_%tY_%<tm PARTITION OF llm_call"
                    .formatted(month.atDay(1))
                + " FOR VALUES FROM ('%s-01 00:00:00Z') TO ('%s-01 00:00:00Z')"
                    .formatted(month, month.plusMonths(1)));
      }
    }
  }

  private static int insert(Connection connection, ArrayNode batch) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT_SQL)) {
      statement.setString(1, batch.toString());
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getInt(1);
      }
    }
  }
}
