package dev.tollgate.function.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A page of a table, as JSON or CSV.
 *
 * @param cursor of the next page, if there is one
 */
public record TablePage(List<String> columns, List<ObjectNode> rows, Optional<String> cursor) {
  /** Well below the limit of a response in either format. */
  private static final int MAX_BYTES = 3 * 1024 * 1024;

  public TablePage {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * Takes as many rows as one response can hold.
   *
   * @param found the rows of a page, and one more if there is another page
   * @param cursor the cursor after a number of rows
   */
  public static TablePage of(
      List<String> columns, List<ObjectNode> found, int limit, IntFunction<String> cursor) {
    int shown = 0;
    for (int bytes = 0; shown < Math.min(limit, found.size()); shown++) {
      bytes += jsonSize(found.get(shown));
      if (bytes > MAX_BYTES) {
        break;
      }
    }
    return new TablePage(
        columns,
        found.subList(0, shown),
        shown < found.size() ? Optional.of(cursor.apply(shown)) : Optional.empty());
  }

  /** The size of a value as JSON text. Counting is faster than writing the text twice. */
  private static int jsonSize(JsonNode json) {
    if (json.isTextual()) {
      return 2 + JsonStringEncoder.getInstance().quoteAsUTF8(json.textValue()).length;
    }
    if (json.isValueNode()) {
      return json.asText().length();
    }
    int bytes = 2;
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      bytes += field.getKey().length() + 3;
    }
    for (JsonNode part : json) {
      bytes += 1 + jsonSize(part);
    }
    return bytes;
  }

  public ObjectNode addTo(ObjectNode body, String list) {
    ArrayNode array = body.putArray(list);
    rows.forEach(array::add);
    return body.put("cursor", cursor.orElse(null));
  }

  public HttpResponse toCsvResponse(String fileName) {
    Csv csv = new Csv(columns);
    rows.forEach(csv::addRow);
    HttpResponse answer =
        HttpResponse.csv(csv.toString())
            .withHeader("content-disposition", "attachment; filename=\"" + fileName + "\"");
    return cursor.map(next -> answer.withHeader("x-tollgate-cursor", next)).orElse(answer);
  }
}
