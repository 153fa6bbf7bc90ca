package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Tables as RFC 4180 has them. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it: users and endpoints are named by callers.
 */
public final class Csv {
  /** What OWASP's page on CSV injection lists, also behind blanks, which some programs take off. */
  private static final Pattern FORMULA =
      Pattern.compile("[\\t\\r\\n]|[\\p{Z}\\p{Cc}]*[=+@\\-\uFF1D\uFF0B\uFF20\uFF0D]");

  private static final Pattern NEEDS_QUOTES = Pattern.compile("[\",\\r\\n]");

  private final StringBuilder text = new StringBuilder();
  private final List<String> columns;

  Csv(List<String> columns) {
    this.columns = List.copyOf(columns);
    text.append(String.join(",", columns)).append("\r\n");
  }

  /**
   * Whether a table is asked for, and not JSON.
   *
   * @param format the parameter of that name
   * @param accept the media types that the caller takes
   */
  public static boolean isRequested(Optional<String> format, Optional<String> accept) {
    return format
        .map(
            name ->
                switch (name) {
                  case "csv" -> true;
                  case "json" -> false;
                  default ->
                      throw new ApiException(
                          ApiError.invalid("format", "The parameter format must be json or csv."));
                })
        .orElseGet(() -> accept.filter(it -> it.startsWith("text/csv")).isPresent());
  }

  /** Adds the fields of an object that have a column. */
  Csv addRow(JsonNode object) {
    StringJoiner cells = new StringJoiner(",", "", "\r\n");
    columns.forEach(column -> cells.add(cell(object.path(column))));
    text.append(cells);
    return this;
  }

  private static String cell(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    String cell = value.asText();
    if (FORMULA.matcher(cell).lookingAt()) {
      cell = "'" + cell;
    }
    return NEEDS_QUOTES.matcher(cell).find() ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
