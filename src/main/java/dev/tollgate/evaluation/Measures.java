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
 * @param failingCases the ids of those that did not hold what they assert, in every pass
 * @param faithfulness the mean over the cases that were scored; absent if none was
 * @param coverage the share of attempts that were answered, judged, and scored if they ask for it
 * @param cost in USD of the answers, without the judge's
 */
public record Measures(
    int cases,
    List<String> failingCases,
    Optional<ConfidenceInterval> faithfulness,
    double coverage,
    BigDecimal cost) {
  /** The least coverage with which a run says anything. */
  private static final double MIN_COVERAGE = 0.95;

  /** So many standard errors to both sides hold 95% of a normal distribution. */
  private static final double Z_SCORE_95 = 1.96;

  /** A mean, with the interval that holds the true one in 95% of all runs like this. */
  public record ConfidenceInterval(double mean, double low, double high) {
    static Optional<ConfidenceInterval> of(Collection<Double> scores) {
      int n = scores.size();
      if (n == 0) {
        return Optional.empty();
      }
      double mean = scores.stream().mapToDouble(Double::doubleValue).sum() / n;
      double squares = scores.stream().mapToDouble(it -> (it - mean) * (it - mean)).sum();
      // A single score tells nothing of how others would be.
      double margin = n == 1 ? 1 : Z_SCORE_95 * Math.sqrt(squares / (n - 1) / n);
      return Optional.of(
          new ConfidenceInterval(mean, Math.max(0, mean - margin), Math.min(1, mean + margin)));
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.3f (95%% within %.3f to %.3f)", mean, low, high);
    }
  }

  public Measures {
    failingCases = List.copyOf(failingCases);
  }

  /** How many cases held what they assert. */
  public int passedCases() {
    return cases - failingCases.size();
  }

  /** What the measures say of the version. */
  RunOutcome outcome() {
    if (coverage < MIN_COVERAGE) {
      return RunOutcome.INVALID;
    }
    return isFaithful() && failingCases.isEmpty() ? RunOutcome.PASSED : RunOutcome.FAILED;
  }

  private boolean isFaithful() {
    return faithfulness.map(it -> !RollbackPolicy.isBelowMinimum(it.mean())).orElse(true);
  }

  /** The outcome's reason, in words. */
  String reason() {
    if (coverage < MIN_COVERAGE) {
      return "too little was answered and judged: " + this;
    }
    List<String> problems = new ArrayList<>();
    if (!failingCases.isEmpty()) {
      problems.add("failing: " + String.join(", ", failingCases));
    }
    if (!isFaithful()) {
      problems.add("mean faithfulness is below " + RollbackPolicy.MIN_FAITHFULNESS);
    }
    problems.add(toString());
    return String.join("; ", problems);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of %d cases hold%s, coverage %.0f%%",
        passedCases(),
        cases,
        faithfulness.map(it -> ", mean faithfulness " + it).orElse(""),
        Math.floor(100 * coverage));
  }
}
