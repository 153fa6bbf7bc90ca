package dev.tollgate.evaluation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The measures of a run.
 *
 * @param cases the number of cases
 * @param failingCases the ids of the cases that did not pass in every pass
 * @param faithfulness the mean over the scored cases; absent if no case was scored
 * @param coverage the share of attempts that were answered, judged and, if required, scored
 * @param cost in USD of the answers, without the cost of the judge
 */
public record Measures(
    int cases,
    List<String> failingCases,
    Optional<ConfidenceInterval> faithfulness,
    double coverage,
    BigDecimal cost) {
  /** The minimum coverage of a valid run. */
  private static final double MIN_COVERAGE = 0.95;

  /** The standard errors on each side of the mean that contain 95% of a normal distribution. */
  private static final double Z_SCORE_95 = 1.96;

  /** A mean with its 95% confidence interval. */
  public record ConfidenceInterval(double mean, double low, double high) {
    static Optional<ConfidenceInterval> of(Collection<Double> scores) {
      int n = scores.size();
      if (n == 0) {
        return Optional.empty();
      }
      double mean = scores.stream().mapToDouble(Double::doubleValue).sum() / n;
      double squares = scores.stream().mapToDouble(it -> (it - mean) * (it - mean)).sum();
      // A single score says nothing about the spread.
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

  /** How many cases passed. */
  int passedCases() {
    return cases - failingCases.size();
  }

  RunOutcome outcome() {
    if (coverage < MIN_COVERAGE) {
      return RunOutcome.INVALID;
    }
    return isFaithful() && failingCases.isEmpty() ? RunOutcome.PASSED : RunOutcome.FAILED;
  }

  private boolean isFaithful() {
    return faithfulness.map(it -> !RollbackPolicy.isBelowMinimum(it.mean())).orElse(true);
  }

  /** The reason for the outcome, as a text. */
  String reason() {
    if (coverage < MIN_COVERAGE) {
      return "too few attempts were answered and judged: " + this;
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
        "%d of %d cases passed%s, coverage %.0f%%",
        passedCases(),
        cases,
        faithfulness.map(it -> ", mean faithfulness " + it).orElse(""),
        Math.floor(100 * coverage));
  }
}
