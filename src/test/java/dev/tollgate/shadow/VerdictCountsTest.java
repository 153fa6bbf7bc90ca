package dev.tollgate.shadow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictCountsTest {
  /** {@code most}: the most comparisons for which the interval still lies above 1 %. */
  @ParameterizedTest
  @CsvSource({"2, 55", "3, 102", "4, 156", "5, 214", "10, 544"})
  void exceedsTheLimitIfTheIntervalLiesAboveIt(int different, int most) {
    assertTrue(new VerdictCounts(most - different, different, 0).exceeds(0.01));
    assertFalse(new VerdictCounts(most + 1 - different, different, 0).exceeds(0.01));
  }

  @Test
  void doesNotExceedTheLimitAfterOneDifference() {
    assertFalse(new VerdictCounts(0, 1, 0).exceeds(0.01));
    assertTrue(new VerdictCounts(0, 2, 0).exceeds(0.01));
  }

  @Test
  void ignoresUndecidedComparisons() {
    VerdictCounts tally = new VerdictCounts(98, 2, 900);

    assertEquals(Optional.of(0.02), tally.rate());
    assertEquals(Optional.of(WilsonInterval.of(2, 100)), tally.interval());
    assertEquals(Optional.empty(), new VerdictCounts(0, 0, 5).rate());
    assertEquals(Optional.empty(), new VerdictCounts(0, 0, 5).interval());
    assertFalse(new VerdictCounts(0, 0, 5).exceeds(0));
  }
}
