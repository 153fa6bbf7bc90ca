package dev.tollgate.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Fisher's paired randomisation test. If two versions were equally good, each case's difference
 * could have either sign. The p-value is the share of all sign combinations whose sum is at most
 * the observed sum. The test assumes no distribution.
 */
final class SignFlipPValue {
  /** Above this number of differences, a sample replaces all combinations. */
  private static final int MAX_EXACT_DIFFERENCES = 20;

  private static final int SAMPLES = 100_000;

  /** Tolerates rounding: sums this close count as equal. */
  private static final double TOLERANCE = 1e-9;

  private SignFlipPValue() {}

  /**
   * Returns the probability of such low differences by chance; 1 without differences.
   *
   * @param seed selects the sample, so that a decision is repeatable
   */
  static double lowerTail(double[] differences, long seed) {
    double[] sizes = magnitudes(differences);
    double observed = 0;
    for (double difference : differences) {
      observed += difference;
    }
    if (sizes.length == 0) {
      return 1;
    }
    return sizes.length <= MAX_EXACT_DIFFERENCES
        ? exactPValue(sizes, observed)
        : sampledPValue(sizes, observed, seed);
  }

  /** Leaves out zero differences: their sign has no effect. */
  private static double[] magnitudes(double[] differences) {
    return Arrays.stream(differences).map(Math::abs).filter(size -> size > TOLERANCE).toArray();
  }

  /** Visits all combinations in Gray code order, which changes one sign at a time. */
  private static double exactPValue(double[] sizes, double observed) {
    double sum = 0;
    for (double size : sizes) {
      sum += size;
    }
    boolean[] negative = new boolean[sizes.length];
    long combinations = 1L << sizes.length;
    long asLow = sum <= observed + TOLERANCE ? 1 : 0;
    for (long i = 1; i < combinations; i++) {
      int flipped = Long.numberOfTrailingZeros(i);
      sum += negative[flipped] ? 2 * sizes[flipped] : -2 * sizes[flipped];
      negative[flipped] = !negative[flipped];
      if (sum <= observed + TOLERANCE) {
        asLow++;
      }
    }
    return (double) asLow / combinations;
  }

  private static double sampledPValue(double[] sizes, double observed, long seed) {
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
      if (sum <= observed + TOLERANCE) {
        asLow++;
      }
    }
    // The observed combination counts too, so that no p-value is 0.
    return (asLow + 1.0) / (SAMPLES + 1.0);
  }
}
