package dev.tollgate.cost.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.TestEngines;
import dev.tollgate.cost.calls.CallField;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Compares the table of fields with the table that the migrations create. */
final class PostgresCallColumnsIT {
  private LedgerQueries ledger;

  @BeforeEach
  void migrate() throws SQLException {
    PGSimpleDataSource database = TestEngines.database();
    LedgerQueries.ledger(database).migrate();
    ledger = new LedgerQueries(database);
  }

  @Test
  void insertsEveryColumnOfTheTable() throws SQLException {
    List<String> columns =
        ledger.rows(
            """
            SELECT attname FROM pg_attribute
            WHERE attrelid = 'llm_call'::regclass AND attnum > 0 AND NOT attisdropped
            """);

    assertEquals(Set.copyOf(columns), Set.of(PostgresCallColumns.NAMES_SQL.split(", ")));
  }

  @Test
  void hasTheTypesOfTheTable() throws SQLException {
    List<String> types =
        ledger.rows(
            """
            SELECT attname || ' ' || atttypid::regtype FROM pg_attribute
            WHERE attrelid = 'llm_call'::regclass AND attnum > 0 AND NOT attisdropped
            """);

    assertEquals(
        Set.copyOf(types),
        Stream.of(CallField.values())
            .map(field -> field.column() + " " + catalogueName(field.type()))
            .collect(Collectors.toSet()));
  }

  /** A record that lacks a field gets the default that the migration gave older rows. */
  @Test
  void hasTheDefaultsOfTheTable() throws SQLException {
    List<String> defaults =
        ledger.rows(
            """
            SELECT attname || ' ' || split_part(pg_get_expr(adbin, adrelid), '::', 1)
            FROM pg_attribute JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attrelid = 'llm_call'::regclass
            """);

    for (CallField field : CallField.values()) {
      field
          .sqlDefault()
          .map(literal -> field.column() + " " + literal)
          .ifPresent(expected -> assertTrue(defaults.contains(expected), expected));
    }
  }

  private static String catalogueName(CallField.Type type) {
    return type == CallField.Type.TIMESTAMPTZ ? "timestamp with time zone" : type.sql();
  }
}
