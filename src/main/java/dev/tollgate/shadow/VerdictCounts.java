package dev.tollgate.shadow;

import java.util.Optional;

/**
 * What comparisons said.
 *
 * @param same how many answers served said what the model says to the question
 * @param different how many said something else
 * @param undecided how many could not be compared, which count for nothing
 */
public record VerdictCounts(long same, long different, long undecided) {
  /** As long as nothing was compared. */
  public static final VerdictCounts NONE = new VerdictCounts(0, 0, 0);

  /** A single different answer may be the judge's mistake. */
  private static final int MIN_DIFFERENT = 2;

  /** How many were compared. */
  public long compared() {
    return same + different;
  }

  /** The share of answers that said something else; nothing as long as none was compared. */
  public Optional<Double> rate() {
    return compared() == 0 ? Optional.empty() : Optional.of((double) different / compared());
  }

  public Optional<WilsonInterval> interval() {
    return compared() == 0
        ? Optional.empty()
        : Optional.of(WilsonInterval.of(different, compared()));
  }

  /** Whether more answers are wrong than may be, by more than chance. */
  boolean exceeds(double limit) {
    return different >= MIN_DIFFERENT
        && interval().filter(interval -> interval.low() > limit).isPresent();
  }
}
