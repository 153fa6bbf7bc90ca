package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class PlainTextTest {
  @Test
  void noControlCharacterReachesTheTerminal() {
    assertEquals(
        "a\\u001b[31mred\\u0007 \\u009b2J\\u000d\\u0000\\u007f b",
        PlainText.lines("a\u001b[31mred\u0007 \u009b2J\r\u0000\u007f b"));
  }

  @Test
  void marksThatTurnTheDirectionOfWritingAreShown() {
    assertEquals("\\u202eevil\\u2066", PlainText.lines("\u202eevil\u2066"));
  }

  @Test
  void ordinaryTextStaysAsItIs() {
    String text = "Zwölf $1 \\ Привет \ud83d\ude00\n\tnext";
    assertEquals(text, PlainText.lines(text));
  }

  @Test
  void aCellStaysOnItsLine() {
    assertEquals("one\\u000atwo\\u0009three", PlainText.line("one\ntwo\tthree"));
  }
}
