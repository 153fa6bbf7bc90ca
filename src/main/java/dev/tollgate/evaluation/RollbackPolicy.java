package dev.tollgate.evaluation;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what to do about an active version that failed a nightly run. Both versions ran three
 * passes over the same suite in the same night, before the same judge. The policy compares nothing
 * else: an older score would come from another judge.
 */
public final class RollbackPolicy {
  /** The minimum mean faithfulness of a version that passes. */
  public static final double MIN_FAITHFULNESS = 0.85;

  /** How many passes each version runs before a decision. */
  public static final int PASSES = 3;

  /** The minimum drop against the last good version that justifies a rollback. */
  private static final double MIN_DROP = 0.05;

  /** Tolerates rounding: a mean that equals the threshold is not below it. */
  private static final double TOLERANCE = 1e-9;

  private static final int MAX_NAMED_ASSERTIONS = 4;

  /** The seed of sampled p-values, so that a decision is repeatable. */
  private static final long SEED = 20;

  private static final double SIGNIFICANCE = 0.01;

  private RollbackPolicy() {}

  /** A decision with its reason, a text for the people on call. */
  public sealed interface Decision {
    String reason();

    /** The version is worse than the last good one, which must be reactivated. */
    record RollBack(String reason) implements Decision {}

    /** Both versions fail, so the model has changed and not the version. */
    record ModelDrift(String reason) implements Decision {}

    /** The results do not justify a rollback. */
    record Inconclusive(String reason) implements Decision {}
  }

  /** Decides from three passes of the active version and of the last good version. */
  public static Decision decide(VersionResults active, VersionResults baseline) {
    Set<String> lost = new TreeSet<>(active.failingAssertions());
    lost.retainAll(baseline.passingAssertions());
    Comparison comparison = Comparison.of(active, baseline);
    boolean worse = !lost.isEmpty() || comparison.isSignificant();
    if (isFailing(active) && isFailing(baseline)) {
      return new Decision.ModelDrift(
          "the last good version also fails: %s; %s".formatted(describe(baseline), comparison));
    }
    if (worse) {
      return new Decision.RollBack(
          lost.isEmpty()
              ? comparison.toString()
              : "at least twice in three passes, the last good version passed and this one"
                  + " failed: %s".formatted(abbreviate(lost)));
    }
    return new Decision.Inconclusive(
        isFailing(active)
            ? "it fails, but is not significantly worse than the last good version: %s; %s"
                .formatted(describe(active), comparison)
            : "it failed one pass, but passes over all three: " + describe(active));
  }

  /** Whether a version fails over all its passes, without a comparison. */
  static boolean isFailing(VersionResults results) {
    return !results.failingAssertions().isEmpty() || isBelowMinimum(results.meanFaithfulness());
  }

  private static boolean isBelowMinimum(OptionalDouble mean) {
    return mean.isPresent() && isBelowMinimum(mean.getAsDouble());
  }

  /** Whether a mean faithfulness is too low to pass. */
  static boolean isBelowMinimum(double mean) {
    return mean < MIN_FAITHFULNESS - TOLERANCE;
  }

  /** Names the first assertions. The attempts of the run show all of them. */
  private static String abbreviate(Set<String> assertions) {
    String first = String.join("; ", assertions.stream().limit(MAX_NAMED_ASSERTIONS).toList());
    int more = assertions.size() - MAX_NAMED_ASSERTIONS;
    return more > 0 ? "%s, and %d more".formatted(first, more) : first;
  }

  /** Describes the results of a version as a text. */
  static String describe(VersionResults results) {
    Set<String> failing = results.failingAssertions();
    String assertions = failing.isEmpty() ? "" : ", failing twice or more: " + abbreviate(failing);
    return "mean faithfulness " + format(results.meanFaithfulness()) + assertions;
  }

  private static String format(OptionalDouble value) {
    return value.isPresent() ? format(value.getAsDouble()) : "unknown";
  }

  private static String format(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /**
   * The means of two versions, and the mean difference over the cases that both have scores for.
   * The difference leaves out the active version's first pass. That pass was selected because it
   * was low, so it would bias the difference.
   *
   * @param pValue the probability of such a low difference by chance; 1 if it was not computed
   */
  private record Comparison(
      OptionalDouble mean, OptionalDouble baselineMean, double drop, double pValue) {
    private static final BigDecimal MIN_SHOWN_P_VALUE = new BigDecimal("0.0001");

    static Comparison of(VersionResults active, VersionResults baseline) {
      Map<String, Double> scores = active.withoutFirstAttempts().faithfulnessByCase();
      Map<String, Double> baselineScores = baseline.faithfulnessByCase();
      double[] differences =
          scores.keySet().stream()
              .filter(baselineScores::containsKey)
              .mapToDouble(
                  id -> scores.getOrDefault(id, 0.0) - baselineScores.getOrDefault(id, 0.0))
              .toArray();
      double difference = Arrays.stream(differences).average().orElse(0);
      boolean tested =
          isBelowMinimum(active.meanFaithfulness()) && difference <= -MIN_DROP + TOLERANCE;
      return new Comparison(
          active.meanFaithfulness(),
          baseline.meanFaithfulness(),
          -difference,
          tested ? SignFlipPValue.lowerTail(differences, SEED) : 1);
    }

    boolean isSignificant() {
      return pValue < SIGNIFICANCE;
    }

    @Override
    public String toString() {
      String significance =
          pValue == 1
              ? ""
              : pValue < MIN_SHOWN_P_VALUE.doubleValue()
                  ? ", p < " + MIN_SHOWN_P_VALUE
                  : String.format(Locale.ROOT, ", p %.4f", pValue);
      return "mean faithfulness %s against %s of the last good version, confirmed as %s lower%s"
          .formatted(format(mean), format(baselineMean), format(drop), significance);
    }
  }
}
