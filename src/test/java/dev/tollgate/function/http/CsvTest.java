package dev.tollgate.function.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CsvTest {
  private static ObjectNode object() {
    return JsonNodeFactory.withExactBigDecimals(true).objectNode();
  }

  @Test
  void amountsAreExactAndMissingValuesEmpty() {
    ObjectNode row =
        object().put("cost", new BigDecimal("-0.00000001")).putNull("user").put("n", 7);

    assertEquals(
        "cost,user,n,prompt\r\n-0.00000001,,7,\r\n",
        new Csv(List.of("cost", "user", "n", "prompt")).addRow(row).toString());
  }

  @Test
  void quotesSeparators() {
    assertEquals(
        "a\r\n\"x, \"\"y\"\"\"\r\n",
        new Csv(List.of("a")).addRow(object().put("a", "x, \"y\"")).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(x)", " =1+1", "\uFF1D1+1"})
  void escapesFormulas(String text) {
    assertEquals(
        "a\r\n'" + text + "\r\n", new Csv(List.of("a")).addRow(object().put("a", text)).toString());
  }
}
