package dev.tollgate.evaluation.suite;

import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.Grade;
import dev.tollgate.evaluation.judge.Judge;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.judge.Sitting;
import dev.tollgate.evaluation.suite.Assertion.Check;
import dev.tollgate.evaluation.suite.Assertion.Judgement;
import dev.tollgate.evaluation.suite.AssertionResult.Status;
import dev.tollgate.evaluation.suite.CaseScore.Outcome;
import dev.tollgate.evaluation.suite.TestCase.Weighted;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scores answers as promptfoo does: the score is the weighted mean of the assertions' scores. A
 * case with a threshold passes by that score alone; without one, every assertion must hold, apart
 * from those of weight 0.
 */
@Singleton
public class CaseScorer {
  private static final int DIGITS = 6;

  private final Judge judge;

  public CaseScorer(Judge judge) {
    this.judge = judge;
  }

  /** Scores an answer, and asks the judge only where an assertion needs it. */
  public CaseScore score(TestCase test, Answer answer, JudgeVersion version, Sitting sitting) {
    List<AssertionResult> results = new ArrayList<>();
    Optional<Faithfulness> faithfulness = Optional.empty();
    for (Weighted weighted : test.assertions()) {
      switch (weighted.assertion()) {
        case Check check -> results.add(checked(check, weighted.weight(), answer));
        case Judgement judgement -> {
          switch (judgement) {
            case Assertion.Rubric rubric ->
                results.add(
                    graded(
                        rubric,
                        weighted.weight(),
                        judge.grade(
                            version,
                            sitting,
                            rubric.rubric(),
                            test.question().orElse(""),
                            answer.text())));
            case Assertion.ContextFaithfulness wanted -> {
              // Asked once, however many assertions look at it.
              Faithfulness found =
                  faithfulness.orElseGet(
                      () ->
                          judge.faithfulness(
                              version,
                              sitting,
                              test.context().orElse(""),
                              test.question().orElse(""),
                              answer.text()));
              faithfulness = Optional.of(found);
              results.add(weighed(wanted, weighted.weight(), found));
            }
          }
        }
      }
    }
    return total(test, results, faithfulness);
  }

  private static AssertionResult checked(Check check, BigDecimal weight, Answer answer) {
    boolean holds = Checks.holds(check, answer);
    return new AssertionResult(
        check.type(),
        holds ? Status.PASSED : Status.FAILED,
        Optional.of(holds ? BigDecimal.ONE : BigDecimal.ZERO),
        weight,
        Checks.expectation(check),
        Checks.finding(check, answer),
        List.of());
  }

  private static AssertionResult graded(Assertion.Rubric rubric, BigDecimal weight, Grade grade) {
    String expected = "the answer is as described: " + rubric.rubric();
    return switch (grade) {
      case Grade.Given(boolean passes, BigDecimal score, String reason) -> {
        boolean passed =
            passes && rubric.threshold().filter(least -> score.compareTo(least) < 0).isEmpty();
        yield new AssertionResult(
            rubric.type(),
            passed ? Status.PASSED : Status.FAILED,
            Optional.of(score),
            weight,
            expected,
            reason,
            List.of());
      }
      case Grade.Unavailable(String reason) ->
          undecided(rubric, Status.UNAVAILABLE, weight, expected, reason);
    };
  }

  private static AssertionResult weighed(
      Assertion.ContextFaithfulness wanted, BigDecimal weight, Faithfulness found) {
    String expected =
        "a share of at least %s of the claims is supported"
            .formatted(wanted.threshold().toPlainString());
    return switch (found) {
      case Faithfulness.Scored scored ->
          new AssertionResult(
              wanted.type(),
              scored.score().compareTo(wanted.threshold()) >= 0 ? Status.PASSED : Status.FAILED,
              Optional.of(scored.score()),
              weight,
              expected,
              "%d of %d".formatted(scored.supported(), scored.claims().size()),
              scored.claims());
      case Faithfulness.Unscored(String reason) ->
          undecided(wanted, Status.UNSCORED, weight, expected, reason);
      case Faithfulness.Unavailable(String reason) ->
          undecided(wanted, Status.UNAVAILABLE, weight, expected, reason);
    };
  }

  private static AssertionResult undecided(
      Assertion assertion, Status status, BigDecimal weight, String expected, String reason) {
    return new AssertionResult(
        assertion.type(), status, Optional.empty(), weight, expected, reason, List.of());
  }

  private static CaseScore total(
      TestCase test, List<AssertionResult> results, Optional<Faithfulness> faithfulness) {
    BigDecimal score = mean(results);
    return new CaseScore(outcome(test, results, score), score, results, faithfulness);
  }

  private static BigDecimal mean(List<AssertionResult> results) {
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal weights = BigDecimal.ZERO;
    for (AssertionResult result : results) {
      if (result.score().isPresent()) {
        sum = sum.add(result.score().get().multiply(result.weight()));
        weights = weights.add(result.weight());
      }
    }
    return weights.signum() == 0
        ? BigDecimal.ZERO
        : sum.divide(weights, DIGITS, RoundingMode.HALF_UP);
  }

  private static Outcome outcome(TestCase test, List<AssertionResult> results, BigDecimal score) {
    List<Status> counted =
        results.stream()
            .filter(result -> result.weight().signum() > 0)
            .map(AssertionResult::status)
            .toList();
    boolean silent = counted.contains(Status.UNAVAILABLE);
    if (test.threshold().isPresent()) {
      return silent
          ? Outcome.UNDECIDED
          : score.compareTo(test.threshold().get()) >= 0 ? Outcome.PASSED : Outcome.FAILED;
    }
    if (counted.contains(Status.FAILED)) {
      return Outcome.FAILED;
    }
    return silent ? Outcome.UNDECIDED : Outcome.PASSED;
  }
}
