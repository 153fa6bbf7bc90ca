package dev.tollgate.evaluation;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * What to do about a version in production that did not pass at night. Both versions ran three
 * times, in the same night, on all cases of the same suite, before the same judge. Nothing but that
 * is compared: a score of last month was another judge's.
 */
public final class RollbackPolicy {
  /** The least mean faithfulness with which a version passes. */
  public static final double MIN_FAITHFULNESS = 0.85;

  /** How often each version is asked before anything is decided against it. */
  public static final int PASSES = 3;

  /** The least drop against the good version that is worth a rollback. */
  private static final double MIN_DROP = 0.05;

  /** A mean that is the threshold but for rounding is not below it. */
  private static final double TOLERANCE = 1e-9;

  private static final int MAX_NAMED_ASSERTIONS = 4;

  /** Sampled p-values are those of this seed, so that a decision can be repeated. */
  private static final long SEED = 20;

  private static final double SIGNIFICANCE = 0.01;

  private RollbackPolicy() {}

  /** What to do, and why, in words for whoever is woken by it. */
  public sealed interface Decision {
    String reason();

    /** The version has become worse than the good one: put that back. */
    record RollBack(String reason) implements Decision {}

    /** Both versions fail, so it is not the version that changed. */
    record ModelDrift(String reason) implements Decision {}

    /** Nothing that a rollback should rest on. */
    record Inconclusive(String reason) implements Decision {}
  }

  /** Decides on a version's three passes over all cases, and those of the last good version. */
  public static Decision decide(VersionResults active, VersionResults baseline) {
    Set<String> lost = new TreeSet<>(active.failingAssertions());
    lost.retainAll(baseline.passingAssertions());
    Comparison comparison = Comparison.of(active, baseline);
    boolean worse = !lost.isEmpty() || comparison.isSignificant();
    if (isFailing(active) && isFailing(baseline)) {
      return new Decision.ModelDrift(
          "the last good version fails as well: %s; %s".formatted(describe(baseline), comparison));
    }
    if (worse) {
      return new Decision.RollBack(
          lost.isEmpty()
              ? comparison.toString()
              : "in two of three attempts or more, the last good version holds and this one does"
                  + " not: %s".formatted(abbreviate(lost)));
    }
    return new Decision.Inconclusive(
        isFailing(active)
            ? "it fails, but is not surely worse than the last good version: %s; %s"
                .formatted(describe(active), comparison)
            : "it failed one pass, but over three it holds: " + describe(active));
  }

  /** Whether a version fails by itself, over all its passes. */
  public static boolean isFailing(VersionResults showing) {
    return !showing.failingAssertions().isEmpty() || isBelowMinimum(showing.meanFaithfulness());
  }

  private static boolean isBelowMinimum(OptionalDouble mean) {
    return mean.isPresent() && isBelowMinimum(mean.getAsDouble());
  }

  /** Whether a mean faithfulness is too low to pass. */
  static boolean isBelowMinimum(double mean) {
    return mean < MIN_FAITHFULNESS - TOLERANCE;
  }

  /** The first of them, which is enough for a reason; the run has them all. */
  private static String abbreviate(Set<String> assertions) {
    String first = String.join("; ", assertions.stream().limit(MAX_NAMED_ASSERTIONS).toList());
    int more = assertions.size() - MAX_NAMED_ASSERTIONS;
    return more > 0 ? "%s, and %d more".formatted(first, more) : first;
  }

  /** How a version did, in words. */
  static String describe(VersionResults showing) {
    Set<String> failing = showing.failingAssertions();
    String assertions = failing.isEmpty() ? "" : ", failing twice or more: " + abbreviate(failing);
    return "mean faithfulness " + format(showing.meanFaithfulness()) + assertions;
  }

  private static String format(OptionalDouble value) {
    return value.isPresent() ? format(value.getAsDouble()) : "unknown";
  }

  private static String format(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /**
   * The means of two versions, and the mean difference over the cases that both were scored on. The
   * active version's first pass is left out of the difference: there is a comparison only because
   * that pass was low, and what was chosen for being low is lower than it should be.
   *
   * @param pValue how likely a difference as low as this is by chance; 1 where it is not asked for
   */
  private record Comparison(
      OptionalDouble mean, OptionalDouble baselineMean, double drop, double pValue) {
    private static final BigDecimal MIN_SHOWN_P_VALUE = new BigDecimal("0.0001");

    static Comparison of(VersionResults active, VersionResults good) {
      Map<String, Double> scores = active.withoutFirstAttempts().faithfulnessByCase();
      Map<String, Double> goodScores = good.faithfulnessByCase();
      double[] differences =
          scores.keySet().stream()
              .filter(goodScores::containsKey)
              .mapToDouble(id -> scores.getOrDefault(id, 0.0) - goodScores.getOrDefault(id, 0.0))
              .toArray();
      double difference = Arrays.stream(differences).average().orElse(0);
      boolean asked =
          isBelowMinimum(active.meanFaithfulness()) && difference <= -MIN_DROP + TOLERANCE;
      return new Comparison(
          active.meanFaithfulness(),
          good.meanFaithfulness(),
          -difference,
          asked ? SignFlipPValue.lowerTail(differences, SEED) : 1);
    }

    boolean isSignificant() {
      return pValue < SIGNIFICANCE;
    }

    @Override
    public String toString() {
      String chance =
          pValue == 1
              ? ""
              : pValue < MIN_SHOWN_P_VALUE.doubleValue()
                  ? ", p < " + MIN_SHOWN_P_VALUE
                  : String.format(Locale.ROOT, ", p %.4f", pValue);
      return "mean faithfulness %s against %s of the last good version, confirmed as %s lower%s"
          .formatted(format(mean), format(baselineMean), format(drop), chance);
    }
  }
}
