package dev.tollgate.shadow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WilsonIntervalTest {
  /** R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3. */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0.0000, 0.1611",
    "1, 29, 0.0061, 0.1718"
  })
  void matchesThePublishedIntervals(int hits, int all, double low, double high) {
    WilsonInterval interval = WilsonInterval.of(hits, all);

    assertEquals(low, interval.low(), 0.00005);
    assertEquals(high, interval.high(), 0.00005);
  }

  @Test
  void endsAtZeroAndOne() {
    for (int all = 1; all < 2000; all++) {
      assertEquals(0, WilsonInterval.of(0, all).low());
      assertEquals(1, WilsonInterval.of(all, all).high());
    }
  }

  @Test
  void isSymmetricInHitsAndMisses() {
    WilsonInterval few = WilsonInterval.of(3, 100);
    WilsonInterval many = WilsonInterval.of(97, 100);

    assertEquals(1 - few.high(), many.low(), 1e-12);
    assertEquals(1 - few.low(), many.high(), 1e-12);
  }

  @Test
  void rejectsCountsWithoutAnInterval() {
    assertThrows(IllegalArgumentException.class, () -> WilsonInterval.of(0, 0));
    assertThrows(IllegalArgumentException.class, () -> WilsonInterval.of(2, 1));
  }
}
