package dev.tollgate.evaluation.suite;

import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.Grade;
import dev.tollgate.evaluation.judge.Judge;
import dev.tollgate.evaluation.judge.JudgeContext;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.suite.Assertion.Check;
import dev.tollgate.evaluation.suite.Assertion.ModelGraded;
import dev.tollgate.evaluation.suite.AssertionResult.Requirement;
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
 * Scores answers as promptfoo does. The score is the weighted mean of the scores of the assertions.
 * With a threshold, the score alone decides the case. Without one, every assertion must pass,
 * except those of weight 0.
 */
@Singleton
public class CaseScorer {
  private static final int SCORE_SCALE = 6;

  private final Judge judge;

  public CaseScorer(Judge judge) {
    this.judge = judge;
  }

  /** Scores an answer. It calls the judge only if an assertion needs it. */
  public CaseScore score(
      TestCase test, ModelOutput answer, JudgeVersion version, JudgeContext context) {
    List<AssertionResult> results = new ArrayList<>();
    Optional<Faithfulness> faithfulness = Optional.empty();
    for (WeightedAssertion weighted : test.assertions()) {
      switch (weighted.assertion()) {
        case Check check -> results.add(scoreCheck(check, weighted.weight(), answer));
        case ModelGraded modelGraded -> {
          switch (modelGraded) {
            case Assertion.Rubric rubric ->
                results.add(
                    scoreRubric(
                        rubric,
                        weighted.weight(),
                        judge.grade(
                            version,
                            context,
                            rubric.rubric(),
                            test.question().orElse(""),
                            answer.text())));
            case Assertion.ContextFaithfulness assertion -> {
              // The judge scores faithfulness once, even for several assertions.
              Faithfulness found =
                  faithfulness.orElseGet(
                      () ->
                          judge.judgeFaithfulness(
                              version,
                              context,
                              test.context().orElse(""),
                              test.question().orElse(""),
                              answer.text()));
              faithfulness = Optional.of(found);
              results.add(scoreFaithfulness(assertion, weighted.weight(), found));
            }
          }
        }
      }
    }
    return combineResults(test, results, faithfulness);
  }

  private static AssertionResult scoreCheck(Check check, BigDecimal weight, ModelOutput answer) {
    boolean passed = CheckEvaluator.passes(check, answer);
    return AssertionResult.decided(
        new Requirement(check.type(), weight, CheckEvaluator.describeExpected(check)),
        passed,
        passed ? BigDecimal.ONE : BigDecimal.ZERO,
        CheckEvaluator.describeActual(check, answer));
  }

  private static AssertionResult scoreRubric(
      Assertion.Rubric rubric, BigDecimal weight, Grade grade) {
    Requirement requirement =
        new Requirement(rubric.type(), weight, "the answer is as described: " + rubric.rubric());
    return switch (grade) {
      case Grade.Graded(boolean passes, BigDecimal score, String reason) ->
          AssertionResult.decided(
              requirement,
              passes && rubric.threshold().filter(least -> score.compareTo(least) < 0).isEmpty(),
              score,
              reason);
      case Grade.Unavailable(String reason) ->
          AssertionResult.undecided(requirement, Status.UNAVAILABLE, reason);
    };
  }

  private static AssertionResult scoreFaithfulness(
      Assertion.ContextFaithfulness assertion, BigDecimal weight, Faithfulness faithfulness) {
    Requirement requirement =
        new Requirement(
            assertion.type(),
            weight,
            "a share of at least %s of the claims is supported"
                .formatted(assertion.threshold().toPlainString()));
    return switch (faithfulness) {
      case Faithfulness.Scored scored ->
          AssertionResult.decided(
              requirement,
              scored.score().compareTo(assertion.threshold()) >= 0,
              scored.score(),
              "%d of %d".formatted(scored.supportedCount(), scored.claims().size()));
      case Faithfulness.Unscored(String reason) ->
          AssertionResult.undecided(requirement, Status.UNSCORED, reason);
      case Faithfulness.Unavailable(String reason) ->
          AssertionResult.undecided(requirement, Status.UNAVAILABLE, reason);
    };
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
        sum = sum.add(result.score().get().multiply(result.requirement().weight()));
        weights = weights.add(result.requirement().weight());
      }
    }
    return weights.signum() == 0
        ? BigDecimal.ZERO
        : sum.divide(weights, SCORE_SCALE, RoundingMode.HALF_UP);
  }

  private static Outcome outcome(TestCase test, List<AssertionResult> results, BigDecimal score) {
    List<Status> counted =
        results.stream()
            .filter(result -> result.requirement().weight().signum() > 0)
            .map(AssertionResult::status)
            .toList();
    boolean unavailable = counted.contains(Status.UNAVAILABLE);
    if (test.threshold().isPresent()) {
      return unavailable
          ? Outcome.UNDECIDED
          : score.compareTo(test.threshold().get()) >= 0 ? Outcome.PASSED : Outcome.FAILED;
    }
    if (counted.contains(Status.FAILED)) {
      return Outcome.FAILED;
    }
    return unavailable ? Outcome.UNDECIDED : Outcome.PASSED;
  }
}
