package dev.tollgate.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void padsColumnsToTheirWidestCell() {
    assertEquals(
        """
        NAME    N
        größer  1
        b       22
        """,
        new Table("NAME", "N").row("größer", "1").row("b", "22").toString());
  }

  @Test
  void escapesLineFeedsInCells() {
    assertEquals("A\nx\\u000ay\n", new Table("A").row("x\ny").toString());
  }
}
