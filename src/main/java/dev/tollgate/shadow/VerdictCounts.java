package dev.tollgate.shadow;

import java.util.Optional;

/**
 * The counts of comparison verdicts.
 *
 * @param same how many cached answers match the answer of the model
 * @param different how many cached answers differ
 * @param undecided how many answers could not be compared; they do not count
 */
public record VerdictCounts(long same, long different, long undecided) {
  /** The counts before the first comparison. */
  public static final VerdictCounts NONE = new VerdictCounts(0, 0, 0);

  /** A single different answer can be the judge's mistake. */
  private static final int MIN_DIFFERENT = 2;

  /** The number of decided comparisons. */
  public long compared() {
    return same + different;
  }

  /** The share of different answers; empty without comparisons. */
  public Optional<Double> rate() {
    return compared() == 0 ? Optional.empty() : Optional.of((double) different / compared());
  }

  public Optional<WilsonInterval> interval() {
    return compared() == 0
        ? Optional.empty()
        : Optional.of(WilsonInterval.of(different, compared()));
  }

  /** Whether the share of different answers exceeds the limit by more than chance. */
  boolean exceeds(double limit) {
    return different >= MIN_DIFFERENT
        && interval().filter(interval -> interval.low() > limit).isPresent();
  }
}
