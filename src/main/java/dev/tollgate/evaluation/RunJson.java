package dev.tollgate.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.JudgedClaim;
import dev.tollgate.evaluation.suite.AssertionResult;
import dev.tollgate.evaluation.suite.CaseScore;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.json.TextLimits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads and writes runs and their attempts as JSON, for stores and responses. */
public final class RunJson {
  /** Characters of an answer, of all claims and of all assertions that fit into an item. */
  private static final int MAX_ANSWER_CHARS = 20_000;

  private static final int MAX_CLAIMS_CHARS = 60_000;
  private static final int MAX_ASSERTIONS_CHARS = 30_000;
  private static final int MAX_TEXT_CHARS = 2_000;

  private RunJson() {}

  public static ObjectNode write(Measures measures) {
    ObjectNode json =
        JsonNodes.object()
            .put("cases", measures.cases())
            .put("passed", measures.passedCases())
            .put("coverage", measures.coverage());
    ArrayNode failing = json.putArray("failing");
    measures.failingCases().forEach(failing::add);
    if (measures.faithfulness().isPresent()) {
      Measures.ConfidenceInterval interval = measures.faithfulness().get();
      json.putObject("faithfulness")
          .put("mean", interval.mean())
          .put("low", interval.low())
          .put("high", interval.high());
    } else {
      json.putNull("faithfulness");
    }
    return json.put("cost_usd", measures.cost());
  }

  static Measures readMeasures(JsonNode json) {
    JsonNode interval = json.path("faithfulness");
    return new Measures(
        json.path("cases").intValue(),
        json.path("failing").valueStream().map(JsonNode::textValue).toList(),
        interval.isObject()
            ? Optional.of(
                new Measures.ConfidenceInterval(
                    interval.path("mean").doubleValue(),
                    interval.path("low").doubleValue(),
                    interval.path("high").doubleValue()))
            : Optional.empty(),
        json.path("coverage").doubleValue(),
        json.path("cost_usd").decimalValue());
  }

  /** Writes an attempt. It truncates texts that would not fit into an item; no score changes. */
  public static ObjectNode write(Attempt attempt) {
    ObjectNode json =
        JsonNodes.object()
            .put("case", attempt.caseId())
            .put("attempt", attempt.number())
            .put(
                "description",
                attempt.description().map(it -> truncate(it, MAX_TEXT_CHARS)).orElse(null))
            .put("held_out", attempt.heldOut());
    switch (attempt.result()) {
      case Attempt.Result.NoAnswer(String reason) ->
          json.put("no_answer", truncate(reason, MAX_TEXT_CHARS));
      case Attempt.Result.Answered answered -> {
        json.put("answer", truncate(answered.text(), MAX_ANSWER_CHARS))
            .put("latency_ms", answered.latency().toMillis())
            .put("cost_usd", answered.cost())
            .put("outcome", id(answered.score().outcome()))
            .put("score", answered.score().score());
        ArrayNode assertions = json.putArray("assertions");
        List<AssertionResult> results = answered.score().results();
        int maxChars =
            Math.min(MAX_TEXT_CHARS, MAX_ASSERTIONS_CHARS / Math.max(1, results.size()) / 2);
        results.forEach(result -> assertions.add(write(result, maxChars)));
        answered
            .score()
            .faithfulness()
            .ifPresent(faithfulness -> json.set("faithfulness", write(faithfulness)));
      }
    }
    return json;
  }

  static Attempt readAttempt(JsonNode json) {
    return new Attempt(
        json.path("case").textValue(),
        json.path("attempt").intValue(),
        text(json, "description"),
        json.path("held_out").booleanValue(),
        json.has("no_answer")
            ? new Attempt.Result.NoAnswer(json.path("no_answer").textValue())
            : new Attempt.Result.Answered(
                json.path("answer").textValue(),
                Duration.ofMillis(json.path("latency_ms").longValue()),
                json.path("cost_usd").decimalValue(),
                readScore(json)));
  }

  private static CaseScore readScore(JsonNode json) {
    return new CaseScore(
        CaseScore.Outcome.valueOf(constantName(json.path("outcome"))),
        json.path("score").decimalValue(),
        json.path("assertions").valueStream().map(RunJson::readResult).toList(),
        json.has("faithfulness")
            ? Optional.of(readFaithfulness(json.path("faithfulness")))
            : Optional.empty());
  }

  private static ObjectNode write(AssertionResult result, int maxChars) {
    return JsonNodes.object()
        .put("type", result.requirement().type())
        .put("status", id(result.status()))
        .put("score", result.score().orElse(null))
        .put("weight", result.requirement().weight())
        .put("expected", truncate(result.requirement().expected(), maxChars))
        .put("got", truncate(result.actual(), maxChars));
  }

  private static AssertionResult readResult(JsonNode json) {
    return new AssertionResult(
        new AssertionResult.Requirement(
            json.path("type").textValue(),
            json.path("weight").decimalValue(),
            json.path("expected").textValue()),
        AssertionResult.Status.valueOf(constantName(json.path("status"))),
        json.path("score").isNumber()
            ? Optional.of(json.path("score").decimalValue())
            : Optional.empty(),
        json.path("got").textValue());
  }

  private static ObjectNode write(Faithfulness faithfulness) {
    return switch (faithfulness) {
      case Faithfulness.Unscored(String reason) -> JsonNodes.object().put("unscored", reason);
      case Faithfulness.Unavailable(String reason) ->
          JsonNodes.object().put("unavailable", truncate(reason, MAX_TEXT_CHARS));
      case Faithfulness.Scored scored -> {
        ObjectNode json = JsonNodes.object().put("score", scored.score());
        ArrayNode claims = json.putArray("claims");
        int maxChars = Math.min(MAX_TEXT_CHARS, MAX_CLAIMS_CHARS / scored.claims().size() / 3);
        for (JudgedClaim claim : scored.claims()) {
          claims
              .addObject()
              .put("claim", truncate(claim.claim(), maxChars))
              .put("verdict", claim.verdict().id())
              .put("evidence", truncate(claim.evidence(), maxChars))
              .put(
                  "overruled",
                  claim.overruleReason().map(reason -> truncate(reason, maxChars)).orElse(null));
        }
        yield json;
      }
    };
  }

  private static Faithfulness readFaithfulness(JsonNode json) {
    if (json.has("unscored")) {
      return new Faithfulness.Unscored(json.path("unscored").textValue());
    }
    if (json.has("unavailable")) {
      return new Faithfulness.Unavailable(json.path("unavailable").textValue());
    }
    return new Faithfulness.Scored(
        json.path("claims").valueStream().map(RunJson::readClaim).toList());
  }

  private static JudgedClaim readClaim(JsonNode json) {
    return new JudgedClaim(
        json.path("claim").textValue(),
        JudgedClaim.Verdict.of(json.path("verdict").textValue()).orElseThrow(),
        json.path("evidence").textValue(),
        text(json, "overruled"));
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue());
  }

  private static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String constantName(JsonNode id) {
    return id.textValue().toUpperCase(Locale.ROOT);
  }

  private static String truncate(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    return TextLimits.truncate(text, maxChars) + "…";
  }
}
