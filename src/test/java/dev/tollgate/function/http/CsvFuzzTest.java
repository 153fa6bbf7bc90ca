package dev.tollgate.function.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

final class CsvFuzzTest {
  private static final List<String> COLUMNS = List.of("user", "endpoint", "model");

  private static final String FORMULAS = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

  /** {@code \0} separates the texts of an input. */
  @FuzzTest
  void parsesToSameTextsWithoutFormulas(byte[] texts) {
    String[] cells = new String(texts, StandardCharsets.UTF_8).split("\0", COLUMNS.size());
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < COLUMNS.size(); i++) {
      object.put(COLUMNS.get(i), i < cells.length ? cells[i] : "");
    }
    List<List<String>> table = read(new Csv(COLUMNS).addRow(object).toString());

    assertEquals(2, table.size());
    assertEquals(COLUMNS, table.getFirst());
    for (int i = 0; i < COLUMNS.size(); i++) {
      String sent = object.path(COLUMNS.get(i)).textValue();
      String cell = table.getLast().get(i);
      assertFalse(FORMULAS.indexOf(cell.stripLeading().codePoints().findFirst().orElse(' ')) >= 0);
      assertFalse(cell.startsWith("\t") || cell.startsWith("\r") || cell.startsWith("\n"));
      assertEquals(sent, cell.startsWith("'") && !sent.startsWith("'") ? cell.substring(1) : cell);
    }
  }

  /** Parses rows and cells by RFC 4180. */
  private static List<List<String>> read(String csv) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char next = csv.charAt(i);
      if (quoted && next == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (next == '"') {
        quoted = !quoted;
      } else if (quoted || (next != ',' && next != '\r' && next != '\n')) {
        cell.append(next);
      } else if (next != '\r') {
        row.add(cell.toString());
        cell.setLength(0);
        if (next == '\n') {
          rows.add(List.copyOf(row));
          row.clear();
        }
      }
    }
    return rows;
  }
}
