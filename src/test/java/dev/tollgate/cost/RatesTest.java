package dev.tollgate.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** Known bills, to the last digit. */
final class RatesTest {
  /** BerriAI/litellm#9812: the writes of this call were charged twice, as $0.091311. */
  @Test
  void chargesWritesOnce() {
    Rates sonnet37 = rates("3", "0.30", "3.75", "6", "15");

    assertEquals(new BigDecimal("0.054399"), sonnet37.cost(new Usage(3, 0, 12_304, 0, 550, 0)));
  }

  /** anthropics/anthropic-sdk-java#353: writes that came without a breakdown are 5 m writes. */
  @Test
  void chargesReadsAndWritesApart() {
    Rates haiku45 = rates("1", "0.10", "1.25", "2", "5");

    assertEquals(
        new BigDecimal("0.02056545"), haiku45.cost(new Usage(335, 14_942, 12_229, 0, 690, 0)));
  }

  @Test
  void reasoningIsPartOfTheOutput() {
    Rates rates = rates("1", "1", "1", "1", "10");

    assertEquals(new BigDecimal("0.001"), rates.cost(new Usage(0, 0, 0, 0, 100, 80)));
  }

  @Test
  void nothingCostsNothing() {
    assertEquals(new BigDecimal("0"), rates("3", "0.3", "3.75", "6", "15").cost(Usage.NONE));
  }

  private static Rates rates(
      String input, String cacheRead, String write5m, String write1h, String output) {
    return new Rates(
        new BigDecimal(input),
        new BigDecimal(cacheRead),
        new BigDecimal(write5m),
        new BigDecimal(write1h),
        new BigDecimal(output));
  }
}
