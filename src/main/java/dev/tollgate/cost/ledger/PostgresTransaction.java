package dev.tollgate.cost.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A change of the ledger in one transaction. */
@FunctionalInterface
interface PostgresTransaction {
  void run(Connection connection) throws SQLException;

  /**
   * Runs a change in its own transaction.
   *
   * @throws LedgerUnavailableException if the change failed; nothing was changed then, unless the
   *     connection broke during the commit
   */
  static void run(DataSource database, PostgresTransaction change) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        change.run(connection);
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new LedgerUnavailableException(e);
    }
  }
}
