package dev.tollgate.evaluation.suite;

import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.Grade;
import dev.tollgate.evaluation.judge.Judge;
import dev.tollgate.evaluation.judge.JudgeContext;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.suite.Assertion.Check;
import dev.tollgate.evaluation.suite.Assertion.ModelGraded;
import dev.tollgate.evaluation.suite.AssertionResult.Status;
import dev.tollgate.evaluation.suite.CaseScore.Outcome;
import dev.tollgate.evaluation.suite.TestCase.WeightedAssertion;
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
  private static final int SCORE_SCALE = 6;

  private final Judge judge;

  public CaseScorer(Judge judge) {
    this.judge = judge;
  }

  /** Scores an answer, and asks the judge only where an assertion needs it. */
  public CaseScore score(
      TestCase test, ModelOutput answer, JudgeVersion version, JudgeContext sitting) {
    List<AssertionResult> results = new ArrayList<>();
    Optional<Faithfulness> faithfulness = Optional.empty();
    for (WeightedAssertion weighted : test.assertions()) {
      switch (weighted.assertion()) {
        case Check check -> results.add(scoreCheck(check, weighted.weight(), answer));
        case ModelGraded judgement -> {
          switch (judgement) {
            case Assertion.Rubric rubric ->
                results.add(
                    scoreRubric(
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
                          judge.judgeFaithfulness(
                              version,
                              sitting,
                              test.context().orElse(""),
                              test.question().orElse(""),
                              answer.text()));
              faithfulness = Optional.of(found);
              results.add(scoreFaithfulness(wanted, weighted.weight(), found));
            }
          }
        }
      }
    }
    return combineResults(test, results, faithfulness);
  }

  private static AssertionResult scoreCheck(Check check, BigDecimal weight, ModelOutput answer) {
    boolean holds = CheckEvaluator.passes(check, answer);
    return new AssertionResult(
        check.type(),
        holds ? Status.PASSED : Status.FAILED,
        Optional.of(holds ? BigDecimal.ONE : BigDecimal.ZERO),
        weight,
        CheckEvaluator.describeExpected(check),
        CheckEvaluator.describeActual(check, answer),
        List.of());
  }

  private static AssertionResult scoreRubric(
      Assertion.Rubric rubric, BigDecimal weight, Grade grade) {
    String expected = "the answer is as described: " + rubric.rubric();
    return switch (grade) {
      case Grade.Graded(boolean passes, BigDecimal score, String reason) -> {
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
          undecidedResult(rubric, Status.UNAVAILABLE, weight, expected, reason);
    };
  }

  private static AssertionResult scoreFaithfulness(
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
              "%d of %d".formatted(scored.supportedCount(), scored.claims().size()),
              scored.claims());
      case Faithfulness.Unscored(String reason) ->
          undecidedResult(wanted, Status.UNSCORED, weight, expected, reason);
      case Faithfulness.Unavailable(String reason) ->
          undecidedResult(wanted, Status.UNAVAILABLE, weight, expected, reason);
    };
  }

  private static AssertionResult undecidedResult(
      Assertion assertion, Status status, BigDecimal weight, String expected, String reason) {
    return new AssertionResult(
        assertion.type(), status, Optional.empty(), weight, expected, reason, List.of());
  }

  private static CaseScore combineResults(
      TestCase test, List<AssertionResult> results, Optional<Faithfulness> faithfulness) {
    BigDecimal score = weightedMean(results);
    return new CaseScore(outcome(test, results, score), score, results, faithfulness);
  }

  private static BigDecimal weightedMean(List<AssertionResult> results) {
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
        : sum.divide(weights, SCORE_SCALE, RoundingMode.HALF_UP);
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
