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
  public static final double LEAST_FAITHFULNESS = 0.85;

  /** How often each version is asked before anything is decided against it. */
  public static final int PASSES = 3;

  /** The least drop against the good version that is worth a rollback. */
  private static final double LEAST_DROP = 0.05;

  /** A mean that is the threshold but for rounding is not below it. */
  private static final double TOLERANCE = 1e-9;

  private static final int MOST_NAMED = 4;

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
  public static Decision decide(Showing active, Showing good) {
    Set<String> lost = new TreeSet<>(active.failing());
    lost.retainAll(good.holding());
    Comparison comparison = Comparison.of(active, good);
    boolean worse = !lost.isEmpty() || comparison.isSignificant();
    if (fails(active) && fails(good)) {
      return new Decision.ModelDrift(
          "the last good version fails as well: %s; %s".formatted(words(good), comparison));
    }
    if (worse) {
      return new Decision.RollBack(
          lost.isEmpty()
              ? comparison.toString()
              : "in two of three attempts or more, the last good version holds and this one does"
                  + " not: %s".formatted(some(lost)));
    }
    return new Decision.Inconclusive(
        fails(active)
            ? "it fails, but is not surely worse than the last good version: %s; %s"
                .formatted(words(active), comparison)
            : "it failed one pass, but over three it holds: " + words(active));
  }

  /** Whether a version fails by itself, over all its passes. */
  public static boolean fails(Showing showing) {
    return !showing.failing().isEmpty() || isBelow(showing.mean());
  }

  private static boolean isBelow(OptionalDouble mean) {
    return mean.isPresent() && isBelow(mean.getAsDouble());
  }

  /** Whether a mean faithfulness is too low to pass. */
  static boolean isBelow(double mean) {
    return mean < LEAST_FAITHFULNESS - TOLERANCE;
  }

  /** The first of them, which is enough for a reason; the run has them all. */
  private static String some(Set<String> assertions) {
    String first = String.join("; ", assertions.stream().limit(MOST_NAMED).toList());
    int more = assertions.size() - MOST_NAMED;
    return more > 0 ? "%s, and %d more".formatted(first, more) : first;
  }

  /** How a version did, in words. */
  static String words(Showing showing) {
    Set<String> failing = showing.failing();
    String assertions = failing.isEmpty() ? "" : ", failing twice or more: " + some(failing);
    return "mean faithfulness " + number(showing.mean()) + assertions;
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : "unknown";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /**
   * The means of two versions, and the mean difference over the cases that both were scored on. The
   * active version's first pass is left out of the difference: there is a comparison only because
   * that pass was low, and what was chosen for being low is lower than it should be.
   *
   * @param p how likely a difference as low as this is by chance; 1 where it is not asked for
   */
  private record Comparison(OptionalDouble mean, OptionalDouble goodMean, double drop, double p) {
    private static final BigDecimal LEAST_SHOWN = new BigDecimal("0.0001");

    static Comparison of(Showing active, Showing good) {
      Map<String, Double> scores = active.withoutFirst().scores();
      Map<String, Double> goodScores = good.scores();
      double[] differences =
          scores.keySet().stream()
              .filter(goodScores::containsKey)
              .mapToDouble(id -> scores.getOrDefault(id, 0.0) - goodScores.getOrDefault(id, 0.0))
              .toArray();
      double difference = Arrays.stream(differences).average().orElse(0);
      boolean asked = isBelow(active.mean()) && difference <= -LEAST_DROP + TOLERANCE;
      return new Comparison(
          active.mean(), good.mean(), -difference, asked ? SignFlips.pLower(differences, SEED) : 1);
    }

    boolean isSignificant() {
      return p < SIGNIFICANCE;
    }

    @Override
    public String toString() {
      String chance =
          p == 1
              ? ""
              : p < LEAST_SHOWN.doubleValue()
                  ? ", p < " + LEAST_SHOWN
                  : String.format(Locale.ROOT, ", p %.4f", p);
      return "mean faithfulness %s against %s of the last good version, confirmed as %s lower%s"
          .formatted(number(mean), number(goodMean), number(drop), chance);
    }
  }
}
