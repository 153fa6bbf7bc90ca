package dev.tollgate.evaluation;

import static java.util.stream.Collectors.groupingBy;

import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.suite.Assertion;
import dev.tollgate.evaluation.suite.AssertionResult;
import dev.tollgate.evaluation.suite.CaseScore;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.evaluation.suite.TestSuite;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The attempts of a run, counted by case and pass. */
final class ResultSummary {
  private final TestSuite suite;
  private final List<Attempt> attempts;
  private final Map<String, List<Attempt>> byCase;

  /**
   * @param attempts in order of case and number, as the store lists them
   */
  ResultSummary(TestSuite suite, List<Attempt> attempts) {
    this.suite = suite;
    this.attempts = List.copyOf(attempts);
    this.byCase = attempts.stream().collect(groupingBy(Attempt::caseId));
  }

  Measures measures() {
    long covered =
        suite.cases().stream()
            .mapToLong(test -> attempts(test).stream().filter(it -> isCovered(test, it)).count())
            .sum();
    return new Measures(
        suite.cases().size(),
        suite.cases().stream().filter(test -> !isPassed(test)).map(TestCase::id).toList(),
        Measures.ConfidenceInterval.of(versionResults().faithfulnessByCase().values()),
        attempts.isEmpty() ? 0 : (double) covered / attempts.size(),
        attempts.stream().map(ResultSummary::cost).reduce(BigDecimal.ZERO, BigDecimal::add));
  }

  /** The results that a rollback depends on: one score for each case and pass. */
  VersionResults versionResults() {
    Map<String, List<AttemptScore>> scores = new LinkedHashMap<>();
    for (TestCase test : suite.cases()) {
      List<AttemptScore> passes = passes(test).stream().map(pass -> scorePass(test, pass)).toList();
      if (!passes.isEmpty()) {
        scores.put(test.id(), passes);
      }
    }
    return new VersionResults(scores);
  }

  /** Whether enough attempts at a case passed in every pass. */
  private boolean isPassed(TestCase test) {
    List<List<Attempt>> passes = passes(test);
    return !passes.isEmpty()
        && passes.stream()
            .mapToLong(pass -> pass.stream().filter(Attempt::passed).count())
            .allMatch(passed -> test.repeat().isEnough((int) passed));
  }

  private List<Attempt> attempts(TestCase test) {
    return byCase.getOrDefault(test.id(), List.of());
  }

  private List<List<Attempt>> passes(TestCase test) {
    List<Attempt> all = attempts(test);
    int size = test.repeat().attempts();
    List<List<Attempt>> passes = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      passes.add(all.subList(from, Math.min(all.size(), from + size)));
    }
    return passes;
  }

  private static boolean isCovered(TestCase test, Attempt attempt) {
    return switch (attempt.result()) {
      case Attempt.Result.NoAnswer _ -> false;
      case Attempt.Result.Answered answered ->
          answered.score().outcome() != CaseScore.Outcome.UNDECIDED
              && (!asksForFaithfulness(test) || faithfulness(answered).isPresent());
    };
  }

  private static boolean asksForFaithfulness(TestCase test) {
    return test.assertions().stream()
        .anyMatch(it -> it.assertion() instanceof Assertion.ContextFaithfulness);
  }

  private static BigDecimal cost(Attempt attempt) {
    return switch (attempt.result()) {
      case Attempt.Result.Answered answered -> answered.cost();
      case Attempt.Result.NoAnswer _ -> BigDecimal.ZERO;
    };
  }

  private static AttemptScore scorePass(TestCase test, List<Attempt> repetitions) {
    List<Attempt.Result.Answered> answers =
        repetitions.stream()
            .map(Attempt::result)
            .filter(Attempt.Result.Answered.class::isInstance)
            .map(Attempt.Result.Answered.class::cast)
            .toList();
    return new AttemptScore(
        hardAssertionResults(test, answers),
        answers.stream()
            .map(ResultSummary::faithfulness)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .average());
  }

  /** An assertion fails a pass if it failed in more repetitions than the case allows. */
  private static Map<String, Boolean> hardAssertionResults(
      TestCase test, List<Attempt.Result.Answered> answers) {
    int allowedFailures = test.repeat().attempts() - test.repeat().requiredPasses();
    Map<String, Integer> failures = new LinkedHashMap<>();
    for (Attempt.Result.Answered answered : answers) {
      hardAssertionResults(test, answered.score())
          .forEach((name, holds) -> failures.merge(name, holds ? 0 : 1, Integer::sum));
    }
    Map<String, Boolean> hard = new LinkedHashMap<>();
    failures.forEach((name, times) -> hard.put(name, times <= allowedFailures));
    return hard;
  }

  /** What an answer must pass: each assertion, or the weighted score of all of them. */
  private static Map<String, Boolean> hardAssertionResults(TestCase test, CaseScore score) {
    if (test.threshold().isPresent()) {
      return switch (score.outcome()) {
        case PASSED -> Map.of("score", true);
        case FAILED -> Map.of("score", false);
        case UNDECIDED -> Map.of();
      };
    }
    Map<String, Boolean> hard = new LinkedHashMap<>();
    for (int i = 0; i < score.results().size(); i++) {
      AssertionResult result = score.results().get(i);
      if (result.requirement().weight().signum() > 0) {
        String name = (i + 1) + " " + result.requirement().type();
        switch (result.status()) {
          case PASSED -> hard.put(name, true);
          case FAILED -> hard.put(name, false);
          case UNSCORED, UNAVAILABLE -> {}
        }
      }
    }
    return hard;
  }

  private static OptionalDouble faithfulness(Attempt.Result.Answered answered) {
    return answered
        .score()
        .faithfulness()
        .map(
            found ->
                switch (found) {
                  case Faithfulness.Scored scored ->
                      OptionalDouble.of(scored.score().doubleValue());
                  case Faithfulness.Unscored _, Faithfulness.Unavailable _ ->
                      OptionalDouble.empty();
                })
        .orElse(OptionalDouble.empty());
  }
}
