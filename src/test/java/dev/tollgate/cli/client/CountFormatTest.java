package dev.tollgate.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.junit.jupiter.api.Test;

final class CountFormatTest {
  @Test
  void groupsDigits() {
    assertEquals("1,234,567", CountFormat.format(IntNode.valueOf(1_234_567)));
    assertEquals("-", CountFormat.format(MissingNode.getInstance()));
  }

  @Test
  void usesThePluralByCount() {
    assertEquals("0 calls", CountFormat.format(IntNode.valueOf(0), "call"));
    assertEquals("1 call", CountFormat.format(IntNode.valueOf(1), "call"));
    assertEquals("2,000 calls", CountFormat.format(IntNode.valueOf(2000), "call"));
  }
}
