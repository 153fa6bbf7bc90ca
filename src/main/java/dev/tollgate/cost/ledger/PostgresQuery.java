package dev.tollgate.cost.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Builds a query with its parameters: collections of texts, or single values. */
final class PostgresQuery {
  /** API Gateway waits 29 s for a response, which needs several queries. */
  private static final int TIMEOUT_SECONDS = 8;

  private final StringBuilder sql = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  PostgresQuery(String sql, Object... parameters) {
    append(sql, parameters);
  }

  /** Appends a part and the values of its question marks. */
  PostgresQuery append(String part, Object... values) {
    sql.append(part);
    parameters.addAll(List.of(values));
    return this;
  }

  /** Appends the condition that a dimension has one of the values. */
  PostgresQuery where(Dimension dimension, Collection<String> values) {
    String column = dimension.column();
    if (dimension == Dimension.PROMPT_VERSION) {
      column += "::text";
    } else if (values.contains("")) {
      // Single calls have null where roll-ups have an empty text.
      column = "coalesce(" + column + ", '')";
    }
    return append(" AND " + column + " = ANY (?)", values);
  }

  <T> List<T> fetch(Connection connection, RowReader<T> reader) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(
            i + 1,
            parameters.get(i) instanceof Collection<?> texts
                ? connection.createArrayOf("text", texts.toArray())
                : parameters.get(i));
      }
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
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }
}
