package dev.tollgate.cost.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallField;
import dev.tollgate.json.JsonNodes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The columns of {@code llm_call} in SQL, made from {@link CallField}. */
final class PostgresCallColumns {
  private static final List<CallField> ALL = List.of(CallField.values());

  /** The columns in the order of the fields. */
  static final String NAMES_SQL = join(ALL, CallField::column);

  /** The fields of a record in JSON with their types, for {@code jsonb_to_recordset}. */
  static final String RECORDSET_SQL = join(ALL, field -> field.id() + " " + field.type().sql());

  /** The values of the columns, selected from such a recordset. */
  static final String VALUES_SQL =
      join(
          ALL,
          field ->
              field
                  .sqlDefault()
                  .map(literal -> "coalesce(%s, %s)".formatted(field.id(), literal))
                  .orElse(field.id()));

  /** A row of {@code llm_call AS call} as the JSON of a record. */
  static final String JSON_SQL =
      Arrays.stream(CallField.values())
          .filter(field -> !field.column().equals(field.id()))
          .map(field -> " || jsonb_build_object('%s', %s)".formatted(field.id(), field.column()))
          .collect(Collectors.joining("", "jsonb_strip_nulls(to_jsonb(call))", ""));

  /** The columns that decide over the price. */
  static final String USAGE_SQL = join(CallField.usage(), CallField::column);

  private PostgresCallColumns() {}

  /** Reads some columns of a row as the JSON of a record. */
  static ObjectNode toJson(ResultSet row, Collection<CallField> fields) throws SQLException {
    ObjectNode json = JsonNodes.object();
    for (CallField field : fields) {
      switch (field.type()) {
        case BOOLEAN -> json.put(field.id(), row.getBoolean(field.column()));
        case INTEGER, BIGINT -> json.put(field.id(), row.getLong(field.column()));
        case NUMERIC -> json.put(field.id(), row.getBigDecimal(field.column()));
        case TEXT, TIMESTAMPTZ -> json.put(field.id(), row.getString(field.column()));
      }
    }
    return json;
  }

  private static String join(Collection<CallField> fields, Function<CallField, String> sql) {
    return fields.stream().map(sql).collect(Collectors.joining(", "));
  }
}
