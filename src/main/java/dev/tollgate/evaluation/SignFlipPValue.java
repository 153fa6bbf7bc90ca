package dev.tollgate.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The paired randomisation test of Fisher: if two versions were equally good, each case's
 * difference could as well have the other sign. The p-value is the share of all ways to set the
 * signs that add up to no more than what was seen. It assumes no distribution.
 */
final class SignFlipPValue {
  /** Up to this many differences all ways are tried, of more a sample. */
  private static final int MAX_EXACT_DIFFERENCES = 20;

  private static final int SAMPLES = 100_000;

  /** Sums that are equal but for rounding count as equal. */
  private static final double TOLERANCE = 1e-9;

  private SignFlipPValue() {}

  /**
   * How likely differences as low as these are by chance alone; 1 if there are none.
   *
   * @param seed decides the sample, so that a decision can be repeated
   */
  static double lowerTail(double[] differences, long seed) {
    double[] sizes = magnitudes(differences);
    double seen = 0;
    for (double difference : differences) {
      seen += difference;
    }
    if (sizes.length == 0) {
      return 1;
    }
    return sizes.length <= MAX_EXACT_DIFFERENCES
        ? exactPValue(sizes, seen)
        : sampledPValue(sizes, seen, seed);
  }

  /** A difference of nothing is the same with either sign. */
  private static double[] magnitudes(double[] differences) {
    return Arrays.stream(differences).map(Math::abs).filter(size -> size > TOLERANCE).toArray();
  }

  /** Goes through all ways in Gray code's order, in which one sign changes at a time. */
  private static double exactPValue(double[] sizes, double seen) {
    double sum = 0;
    for (double size : sizes) {
      sum += size;
    }
    boolean[] negative = new boolean[sizes.length];
    long ways = 1L << sizes.length;
    long asLow = sum <= seen + TOLERANCE ? 1 : 0;
    for (long way = 1; way < ways; way++) {
      int flipped = Long.numberOfTrailingZeros(way);
      sum += negative[flipped] ? 2 * sizes[flipped] : -2 * sizes[flipped];
      negative[flipped] = !negative[flipped];
      if (sum <= seen + TOLERANCE) {
        asLow++;
      }
    }
    return (double) asLow / ways;
  }

  private static double sampledPValue(double[] sizes, double seen, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int asLow = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      double sum = 0;
      long signs = 0;
      for (int i = 0; i < sizes.length; i++) {
        if (i % Long.SIZE == 0) {
          signs = random.nextLong();
        }
        sum += (signs & 1) == 0 ? sizes[i] : -sizes[i];
        signs >>>= 1;
      }
      if (sum <= seen + TOLERANCE) {
        asLow++;
      }
    }
    // What was seen is one of the ways, too, so that no p-value is 0.
    return (asLow + 1.0) / (SAMPLES + 1.0);
  }
}
