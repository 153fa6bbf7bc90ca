package dev.tollgate.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.JudgedClaim;
import dev.tollgate.evaluation.suite.AssertionResult;
import dev.tollgate.evaluation.suite.CaseScore;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The exact JSON of stored runs: items of earlier versions must stay readable. */
final class RunJsonTest {
  private static final JudgedClaim SUPPORTED =
      new JudgedClaim("It is blue.", JudgedClaim.Verdict.SUPPORTED, "blue", Optional.empty());
  private static final JudgedClaim OVERRULED =
      new JudgedClaim(
          "It is \"big\".",
          JudgedClaim.Verdict.NOT_ENOUGH_INFO,
          "",
          Optional.of("the evidence is not in the context"));

  private static final AssertionResult CONTAINS =
      new AssertionResult(
          new AssertionResult.Requirement(
              "contains", new BigDecimal("1.50"), "the answer contains \"grün\""),
          AssertionResult.Status.FAILED,
          Optional.of(BigDecimal.ZERO),
          "none");

  private static final String CONTAINS_JSON =
      """
      {"type":"contains","status":"failed","score":0,"weight":1.50,\
      "expected":"the answer contains \\"grün\\"","got":"none"}\
      """;

  private static JsonNode parse(String json) throws IOException {
    return JsonMapper.builder()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
        .build()
        .readTree(json);
  }

  private static void assertStoredAs(String json, Attempt attempt) throws IOException {
    assertEquals(json, RunJson.write(attempt).toString());
    assertEquals(attempt, RunJson.readAttempt(parse(json)));
  }

  private static Attempt answered(
      CaseScore.Outcome outcome,
      List<AssertionResult> results,
      Optional<Faithfulness> faithfulness) {
    return new Attempt(
        "case-001",
        2,
        Optional.of("colours"),
        true,
        new Attempt.Result.Answered(
            "It is blue.\nIt is big.",
            Duration.ofMillis(812),
            new BigDecimal("0.0012300"),
            new CaseScore(outcome, new BigDecimal("0.250000"), results, faithfulness)));
  }

  @Test
  void writesMeasuresWithTheirConfidenceInterval() throws IOException {
    Measures measures =
        new Measures(
            50,
            List.of("case-004", "held-out-002"),
            Optional.of(new Measures.ConfidenceInterval(0.81, 0.75, 1)),
            0.98,
            new BigDecimal("0.05120"));
    String json =
        """
        {"cases":50,"passed":48,"coverage":0.98,"failing":["case-004","held-out-002"],\
        "faithfulness":{"mean":0.81,"low":0.75,"high":1.0},"cost_usd":0.05120}\
        """;

    assertEquals(json, RunJson.write(measures).toString());
    assertEquals(measures, RunJson.readMeasures(parse(json)));
  }

  @Test
  void writesNullForFaithfulnessThatNoCaseAsksFor() throws IOException {
    Measures measures = new Measures(1, List.of(), Optional.empty(), 0, new BigDecimal("0E-7"));
    String json =
        """
        {"cases":1,"passed":1,"coverage":0.0,"failing":[],"faithfulness":null,"cost_usd":0E-7}\
        """;

    assertEquals(json, RunJson.write(measures).toString());
    assertEquals(measures, RunJson.readMeasures(parse(json)));
  }

  @Test
  void writesAnAnswerWithItsAssertionsAndClaims() throws IOException {
    AssertionResult faithfulness =
        new AssertionResult(
            new AssertionResult.Requirement(
                "context-faithfulness",
                BigDecimal.ONE,
                "a share of at least 0.5 of the claims is supported"),
            AssertionResult.Status.PASSED,
            Optional.of(new BigDecimal("0.500000")),
            "1 of 2");
    assertStoredAs(
        """
        {"case":"case-001","attempt":2,"description":"colours","held_out":true,\
        "answer":"It is blue.\\nIt is big.","latency_ms":812,"cost_usd":0.0012300,\
        "outcome":"failed","score":0.250000,"assertions":[%s,\
        {"type":"context-faithfulness","status":"passed","score":0.500000,"weight":1,\
        "expected":"a share of at least 0.5 of the claims is supported","got":"1 of 2"}],\
        "faithfulness":{"score":0.500000,"claims":[\
        {"claim":"It is blue.","verdict":"supported","evidence":"blue","overruled":null},\
        {"claim":"It is \\"big\\".","verdict":"not_enough_info","evidence":"",\
        "overruled":"the evidence is not in the context"}]}}\
        """
            .formatted(CONTAINS_JSON),
        answered(
            CaseScore.Outcome.FAILED,
            List.of(CONTAINS, faithfulness),
            Optional.of(new Faithfulness.Scored(List.of(SUPPORTED, OVERRULED)))));
  }

  @Test
  void omitsFaithfulnessThatTheCaseDoesNotAskFor() throws IOException {
    assertStoredAs(
        """
        {"case":"case-001","attempt":2,"description":"colours","held_out":true,\
        "answer":"It is blue.\\nIt is big.","latency_ms":812,"cost_usd":0.0012300,\
        "outcome":"passed","score":0.250000,"assertions":[%s]}\
        """
            .formatted(CONTAINS_JSON),
        answered(CaseScore.Outcome.PASSED, List.of(CONTAINS), Optional.empty()));
  }

  @Test
  void writesWhyFaithfulnessHasNoScore() throws IOException {
    AssertionResult unscored =
        new AssertionResult(
            new AssertionResult.Requirement("context-faithfulness", BigDecimal.ONE, "a share"),
            AssertionResult.Status.UNSCORED,
            Optional.empty(),
            "no claims");
    String json =
        """
        {"case":"case-001","attempt":2,"description":"colours","held_out":true,\
        "answer":"It is blue.\\nIt is big.","latency_ms":812,"cost_usd":0.0012300,\
        "outcome":"undecided","score":0.250000,"assertions":[{"type":"context-faithfulness",\
        "status":"unscored","score":null,"weight":1,"expected":"a share","got":"no claims"}],\
        "faithfulness":%s}\
        """;
    assertStoredAs(
        json.formatted("{\"unscored\":\"no claims\"}"),
        answered(
            CaseScore.Outcome.UNDECIDED,
            List.of(unscored),
            Optional.of(new Faithfulness.Unscored("no claims"))));
    assertStoredAs(
        json.formatted("{\"unavailable\":\"overloaded\"}"),
        answered(
            CaseScore.Outcome.UNDECIDED,
            List.of(unscored),
            Optional.of(new Faithfulness.Unavailable("overloaded"))));
  }

  @Test
  void writesWhyAnAttemptHasNoAnswer() throws IOException {
    assertStoredAs(
        """
        {"case":"held-out-001","attempt":10,"description":null,"held_out":false,\
        "no_answer":"the model gave no answer: timeout"}\
        """,
        new Attempt(
            "held-out-001",
            10,
            Optional.empty(),
            false,
            new Attempt.Result.NoAnswer("the model gave no answer: timeout")));
  }

  @Test
  void ignoresFieldsOfLaterVersions() throws IOException {
    Attempt attempt =
        RunJson.readAttempt(
            parse(
                """
                {"case":"case-001","attempt":1,"held_out":false,"no_answer":"x","later":{}}\
                """));

    assertEquals(Optional.empty(), attempt.description());
    assertEquals(new Attempt.Result.NoAnswer("x"), attempt.result());
  }

  @Test
  void truncatesTextsWithoutSplittingASurrogatePair() {
    AssertionResult result =
        new AssertionResult(
            new AssertionResult.Requirement("contains", BigDecimal.ONE, "x".repeat(3_000)),
            AssertionResult.Status.FAILED,
            Optional.of(BigDecimal.ZERO),
            "y".repeat(3_000));
    JudgedClaim claim =
        new JudgedClaim(
            "c".repeat(3_000),
            JudgedClaim.Verdict.CONTRADICTED,
            "e".repeat(3_000),
            Optional.of("o".repeat(3_000)));
    Attempt attempt =
        new Attempt(
            "case-001",
            1,
            Optional.of("d".repeat(3_000)),
            false,
            new Attempt.Result.Answered(
                "a".repeat(19_999) + "😀",
                Duration.ZERO,
                BigDecimal.ZERO,
                new CaseScore(
                    CaseScore.Outcome.FAILED,
                    BigDecimal.ZERO,
                    Collections.nCopies(10, result),
                    Optional.of(new Faithfulness.Scored(Collections.nCopies(20, claim))))));

    JsonNode json = RunJson.write(attempt);

    assertEquals("a".repeat(19_999) + "…", json.path("answer").textValue());
    assertEquals(2_001, json.path("description").textValue().length());
    assertEquals(1_501, json.at("/assertions/0/expected").textValue().length());
    assertEquals(1_501, json.at("/assertions/9/got").textValue().length());
    assertEquals(1_001, json.at("/faithfulness/claims/0/claim").textValue().length());
    assertEquals(1_001, json.at("/faithfulness/claims/19/evidence").textValue().length());
    assertEquals(1_001, json.at("/faithfulness/claims/19/overruled").textValue().length());
    assertInstanceOf(Attempt.Result.Answered.class, RunJson.readAttempt(json).result());
    assertTrue(json.toString().length() < 150_000);
  }
}
