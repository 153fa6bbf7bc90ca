package dev.tollgate.cost.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

final class RatesTest {
  @Test
  void reasoningIsPartOfTheOutput() {
    Rates rates = rates("1", "1", "1", "1", "10");

    assertEquals(new BigDecimal("0.001"), rates.cost(new Usage(0, 0, 0, 0, 100, 80)));
  }

  /** Opus 5.5 reads at a twentieth of its input, which no ratio would have told. */
  @Test
  void promptCachingIsMeasuredAgainstPlainInput() {
    Rates opus55 = rates("4", "0.20", "5", "8", "20");
    Usage usage = new Usage(100, 12_000, 3_000, 1_000, 500, 0);
    PromptCacheSavings savings = opus55.promptCacheSavings(usage);

    assertEquals(
        new PromptCacheSavings(new BigDecimal("0.0456"), new BigDecimal("0.007")), savings);
    assertEquals(
        opus55.cost(new Usage(16_100, 0, 0, 0, 500, 0)).subtract(savings.net()),
        opus55.cost(usage));
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
