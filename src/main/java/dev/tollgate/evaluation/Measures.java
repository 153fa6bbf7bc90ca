package dev.tollgate.evaluation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run measured.
 *
 * @param cases how many there were
 * @param failing the ids of those that did not hold what they assert, in every pass
 * @param faithfulness the mean over the cases that were scored; absent if none was
 * @param coverage the share of attempts that were answered, judged, and scored if they ask for it
 * @param cost in USD of the answers, without the judge's
 */
public record Measures(
    int cases,
    List<String> failing,
    Optional<Interval> faithfulness,
    double coverage,
    BigDecimal cost) {
  /** The least coverage with which a run says anything. */
  private static final double LEAST_COVERAGE = 0.95;

  /** So many standard errors to both sides hold 95% of a normal distribution. */
  private static final double STANDARD_ERRORS = 1.96;

  /** A mean, with the interval that holds the true one in 95% of all runs like this. */
  public record Interval(double mean, double low, double high) {
    static Optional<Interval> of(Collection<Double> scores) {
      int n = scores.size();
      if (n == 0) {
        return Optional.empty();
      }
      double mean = scores.stream().mapToDouble(Double::doubleValue).sum() / n;
      double squares = scores.stream().mapToDouble(it -> (it - mean) * (it - mean)).sum();
      // A single score tells nothing of how others would be.
      double margin = n == 1 ? 1 : STANDARD_ERRORS * Math.sqrt(squares / (n - 1) / n);
      return Optional.of(
          new Interval(mean, Math.max(0, mean - margin), Math.min(1, mean + margin)));
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.3f (95%% within %.3f to %.3f)", mean, low, high);
    }
  }

  public Measures {
    failing = List.copyOf(failing);
  }

  /** How many cases held what they assert. */
  public int passed() {
    return cases - failing.size();
  }

  /** What the measures say of the version. */
  RunOutcome outcome() {
    if (coverage < LEAST_COVERAGE) {
      return RunOutcome.INVALID;
    }
    return isFaithful() && failing.isEmpty() ? RunOutcome.PASSED : RunOutcome.FAILED;
  }

  private boolean isFaithful() {
    return faithfulness.map(it -> !RollbackPolicy.isBelow(it.mean())).orElse(true);
  }

  /** The outcome's reason, in words. */
  String reason() {
    if (coverage < LEAST_COVERAGE) {
      return "too little was answered and judged: " + this;
    }
    List<String> problems = new ArrayList<>();
    if (!failing.isEmpty()) {
      problems.add("failing: " + String.join(", ", failing));
    }
    if (!isFaithful()) {
      problems.add("mean faithfulness is below " + RollbackPolicy.LEAST_FAITHFULNESS);
    }
    problems.add(toString());
    return String.join("; ", problems);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of %d cases hold%s, coverage %.0f%%",
        passed(),
        cases,
        faithfulness.map(it -> ", mean faithfulness " + it).orElse(""),
        Math.floor(100 * coverage));
  }
}
