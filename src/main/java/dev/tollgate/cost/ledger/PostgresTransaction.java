package dev.tollgate.cost.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Something that is done to the ledger as a whole, or not at all. */
@FunctionalInterface
interface PostgresTransaction {
  void run(Connection connection) throws SQLException;

  /**
   * Makes a change in a transaction of its own.
   *
   * @throws LedgerUnavailableException if it could not be made; nothing was changed then, unless
   *     the connection broke at the very end
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
