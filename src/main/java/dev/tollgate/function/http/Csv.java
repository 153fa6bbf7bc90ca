package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Tables by RFC 4180. Callers choose the names of users and endpoints, so a text that a spreadsheet
 * would run as a formula gets an apostrophe in front.
 */
public final class Csv {
  /** The characters of OWASP's page on CSV injection; some programs strip blanks before them. */
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
   * Whether the caller requests CSV instead of JSON.
   *
   * @param format the query parameter
   * @param accept the request header
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

  /** Adds a row: the fields of an object that have a column. */
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
