package dev.tollgate.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class TerminalEscaperTest {
  @Test
  void escapesControlCharacters() {
    assertEquals(
        "a\\u001b[31mred\\u0007 \\u009b2J\\u000d\\u0000\\u007f b",
        TerminalEscaper.escapeLines("a\u001b[31mred\u0007 \u009b2J\r\u0000\u007f b"));
  }

  @Test
  void escapesBidirectionalControls() {
    assertEquals("\\u202eevil\\u2066", TerminalEscaper.escapeLines("\u202eevil\u2066"));
  }

  @Test
  void escapesInvisibleCharacters() {
    assertEquals(
        "a\\u200bb\\u2060\\u2064\\ufeff",
        TerminalEscaper.escapeLines("a\u200bb\u2060\u2064\ufeff"));
    assertEquals("\\ufeff", TerminalEscaper.escapeLine("\ufeff"));
  }

  @Test
  void escapedJsonKeepsItsMeaning() throws IOException {
    String hidden = "x" + Character.toString(0xe0001) + Character.toString(0xe007f);
    String json = Json.write(Json.object().put("content", hidden));

    assertTrue(TerminalEscaper.escapeLines(json).contains("x\\udb40\\udc01\\udb40\\udc7f"));
    assertEquals(hidden, Json.read(TerminalEscaper.escapeLines(json)).path("content").textValue());
  }

  @Test
  void keepsJoiners() {
    String text = "می\u200cخواهم \ud83d\udc69\u200d\ud83d\udcbb";
    assertEquals(text, TerminalEscaper.escapeLines(text));
  }

  @Test
  void keepsOrdinaryText() {
    String text = "Zwölf $1 \\ Привет \ud83d\ude00\n\tnext";
    assertEquals(text, TerminalEscaper.escapeLines(text));
  }

  @Test
  void escapesLineFeedsAndTabsInALine() {
    assertEquals("one\\u000atwo\\u0009three", TerminalEscaper.escapeLine("one\ntwo\tthree"));
  }
}
