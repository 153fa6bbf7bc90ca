package dev.tollgate.evaluation.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.SimulatedJudge;
import dev.tollgate.evaluation.judge.SimulatedJudgeTestBase;
import dev.tollgate.evaluation.suite.AssertionResult.Status;
import dev.tollgate.evaluation.suite.CaseScore.Outcome;
import dev.tollgate.prompt.Suite;
import dev.tollgate.provider.ModelProvider.Reply;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CaseScorerTest extends SimulatedJudgeTestBase {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "equals, value: Yes|Yes|true",
        "equals, value: Yes|yes|false",
        "equals, value: Yes|Yes.|false",
        "equals, value: 1.50|1.5|true",
        "equals, value: true|true|true",
        "equals, value: {a: 1}|{\"a\": 1.0}|true",
        "equals, value: {a: 1}|{\"a\": 1, \"b\": 2}|false",
        "equals, value: [1, 2]|[2, 1]|false",
        "equals, value: {a: 1}|no JSON|false",
        "not-equals, value: {a: 1}|no JSON|true",
        "contains, value: day|14 days|true",
        "contains, value: Day|14 days|false",
        "icontains, value: DAY|14 days|true",
        "icontains, value: straße|STRASSE|false",
        "not-contains, value: day|14 days|false",
        "contains-any, value: [x, day]|14 days|true",
        "contains-any, value: 'x, z'|14 days|false",
        "not-contains-any, value: [x, day]|14 days|false",
        "contains-all, value: [14, day]|14 days|true",
        "contains-all, value: [14, x]|14 days|false",
        "not-contains-all, value: [14, x]|14 days|true",
        "icontains-any, value: [X, DAY]|14 days|true",
        "icontains-all, value: [X, DAY]|14 days|false",
        "starts-with, value: '14'|14 days|true",
        "starts-with, value: days|14 days|false",
        "regex, value: '^\\d+ days$'|14 days|true",
        "not-regex, value: 'weeks?'|14 days|true",
        "is-json|{\"a\": [1]}|true",
        "is-json|3|true",
        "is-json|{\"a\": 1} and more|false",
        "is-json|{a: 1}|false",
        "is-json||false",
        "not-is-json|text|true",
        "latency, threshold: 250|x|true",
        "latency, threshold: 249.9|x|false",
        "not-latency, threshold: 249|x|true",
        "cost, threshold: 0.0021|x|true",
        "cost, threshold: 0.0019|x|false",
      })
  void checksAsPromptfooDoes(String assertion, @Nullable String answer, boolean passes) {
    CaseScore score =
        score("{assert: [{type: " + assertion + "}]}", Optional.ofNullable(answer).orElse(""));

    assertEquals(passes ? Outcome.PASSED : Outcome.FAILED, score.outcome(), score.toString());
    assertEquals(0, score.score().compareTo(passes ? BigDecimal.ONE : BigDecimal.ZERO));
    assertTrue(simulated.invocations.isEmpty(), "no judge is needed");
  }

  @Test
  void matchesTheEndOfAPatternAtTheEndOfTheAnswer() {
    assertEquals(
        Outcome.FAILED, score("{assert: [{type: regex, value: 'days$'}]}", "14 days\n").outcome());
  }

  @Test
  void scoresTheWeightedMean() {
    String assertions =
        "assert: [{type: contains, value: a, weight: 3}, {type: contains, value: b}]";

    CaseScore failed = score("{" + assertions + "}", "a");
    assertEquals(0, new BigDecimal("0.75").compareTo(failed.score()));
    assertEquals(Outcome.FAILED, failed.outcome());
    assertEquals(Outcome.PASSED, score("{threshold: 0.75, " + assertions + "}", "a").outcome());
    assertEquals(Outcome.FAILED, score("{threshold: 0.8, " + assertions + "}", "a").outcome());
    assertEquals(Outcome.PASSED, score("{threshold: 0, " + assertions + "}", "x").outcome());
  }

  @Test
  void ignoresAFailedAssertionOfWeightZero() {
    CaseScore score =
        score("{assert: [{type: contains, value: a}, {type: contains, value: b, weight: 0}]}", "a");

    assertEquals(Outcome.PASSED, score.outcome());
    assertEquals(0, BigDecimal.ONE.compareTo(score.score()));
    assertEquals(Status.FAILED, score.results().getLast().status());
  }

  @Test
  void describesTheExpectedAndTheActualAnswer() {
    AssertionResult result =
        score("{assert: [{type: not-icontains, value: Paris}]}", "It is Paris.")
            .results()
            .getFirst();

    assertEquals("not-icontains", result.requirement().type());
    assertEquals(
        "not: the answer contains \"Paris\", ignoring case", result.requirement().expected());
    assertEquals("\"It is Paris.\"", result.actual());
  }

  @Test
  void failsACaseByFaithfulnessOnlyWithAThreshold() {
    String vars = "vars: {context: Cats sleep all day., query: \"What do cats do?\"}";
    String answer = "Cats sleep all day. Dogs bark at night.";

    CaseScore free = score("{" + vars + ", assert: [{type: context-faithfulness}]}", answer);
    assertEquals(Outcome.PASSED, free.outcome());
    assertEquals(0, new BigDecimal("0.5").compareTo(free.score()));
    assertEquals("1 of 2", free.results().getFirst().actual());
    assertEquals(
        2,
        assertInstanceOf(Faithfulness.Scored.class, free.faithfulness().orElseThrow())
            .claims()
            .size());
    CaseScore bound =
        score("{" + vars + ", assert: [{type: context-faithfulness, threshold: 0.6}]}", answer);
    assertEquals(Outcome.FAILED, bound.outcome());
  }

  @Test
  void ignoresFaithfulnessOfAnAnswerWithoutClaims() {
    CaseScore declined =
        score(
            "{vars: {context: Cats sleep., query: q}, assert: [{type: context-faithfulness},"
                + " {type: icontains, value: don't have}]}",
            "I don't have that information.");

    assertEquals(Outcome.PASSED, declined.outcome());
    assertEquals(0, BigDecimal.ONE.compareTo(declined.score()));
    assertEquals(Status.UNSCORED, declined.results().getFirst().status());
    assertEquals("the answer makes no claims", declined.results().getFirst().actual());
  }

  @Test
  void isUndecidedIfTheJudgeIsUnavailable() {
    simulated.version();
    simulated.failure = Optional.of(new Reply.TimedOut());
    String judged = "{type: llm-rubric, value: Is polite}";

    CaseScore silent = score("{assert: [{type: contains, value: a}, " + judged + "]}", "a");
    assertEquals(Outcome.UNDECIDED, silent.outcome());
    assertEquals(
        List.of(Status.PASSED, Status.UNAVAILABLE),
        silent.results().stream().map(AssertionResult::status).toList());
    assertEquals(
        Outcome.FAILED,
        score("{assert: [{type: contains, value: b}, " + judged + "]}", "a").outcome());
    assertEquals(
        Outcome.UNDECIDED,
        score("{threshold: 0.5, assert: [{type: contains, value: a}, " + judged + "]}", "a")
            .outcome());
  }

  @Test
  void requiresTheThresholdOfARubric() {
    simulated.replyTransform = _ -> "{\"reason\": \"Mostly.\", \"pass\": true, \"score\": 0.6}";

    assertEquals(
        Outcome.PASSED, score("{assert: [{type: llm-rubric, value: Is kind}]}", "x").outcome());
    CaseScore strict = score("{assert: [{type: llm-rubric, value: Is kind, threshold: 0.7}]}", "x");
    assertEquals(Outcome.FAILED, strict.outcome());
    assertEquals("Mostly.", strict.results().getFirst().actual());
  }

  @Test
  void matchesAPatternWithoutBacktracking() {
    assertEquals(
        Outcome.FAILED,
        score("{assert: [{type: regex, value: '^(a+)+$'}]}", "a".repeat(50_000) + "!").outcome());
  }

  private CaseScore score(String test, String answer) {
    TestSuite suite = TestSuite.of(new Suite("tests: [" + test + "]"));
    return simulated.scorer.score(
        suite.cases().getFirst(),
        new ModelOutput(answer, Duration.ofMillis(250), new BigDecimal("0.002")),
        simulated.version(),
        SimulatedJudge.CONTEXT);
  }
}
