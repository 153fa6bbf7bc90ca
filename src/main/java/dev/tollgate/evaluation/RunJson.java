package dev.tollgate.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.JudgedClaim;
import dev.tollgate.evaluation.suite.Assertion;
import dev.tollgate.evaluation.suite.AssertionResult;
import dev.tollgate.evaluation.suite.CaseScore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs and their attempts as JSON, in stores and in answers. */
public final class RunJson {
  /** Characters of an answer, of all claims, and of all assertions, that fit into an item. */
  private static final int MAX_ANSWER_CHARS = 20_000;

  private static final int MAX_CLAIMS_CHARS = 60_000;
  private static final int MAX_ASSERTIONS_CHARS = 30_000;
  private static final int MAX_TEXT_CHARS = 2_000;

  /** The assertion whose claims are the answer's. */
  private static final String FAITHFULNESS =
      new Assertion.ContextFaithfulness(BigDecimal.ZERO).type();

  private RunJson() {}

  public static ObjectNode write(Measures measures) {
    ObjectNode json =
        object()
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

  /** An attempt; texts that would not fit into a store are cut, which changes no score. */
  public static ObjectNode write(Attempt attempt) {
    ObjectNode json =
        object()
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
        int longest =
            Math.min(MAX_TEXT_CHARS, MAX_ASSERTIONS_CHARS / Math.max(1, results.size()) / 2);
        results.forEach(result -> assertions.add(write(result, longest)));
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
    Optional<Faithfulness> faithfulness =
        json.has("faithfulness")
            ? Optional.of(readFaithfulness(json.path("faithfulness")))
            : Optional.empty();
    List<AssertionResult> results = new ArrayList<>();
    json.path("assertions").forEach(result -> results.add(readResult(result, faithfulness)));
    return new CaseScore(
        CaseScore.Outcome.valueOf(constantName(json.path("outcome"))),
        json.path("score").decimalValue(),
        results,
        faithfulness);
  }

  /** The claims of a judged assertion are those of the answer, which stand there once. */
  private static ObjectNode write(AssertionResult result, int longest) {
    return object()
        .put("type", result.type())
        .put("status", id(result.status()))
        .put("score", result.score().orElse(null))
        .put("weight", result.weight())
        .put("expected", truncate(result.expected(), longest))
        .put("got", truncate(result.actual(), longest));
  }

  private static AssertionResult readResult(JsonNode json, Optional<Faithfulness> faithfulness) {
    AssertionResult.Status status =
        AssertionResult.Status.valueOf(constantName(json.path("status")));
    String type = json.path("type").textValue();
    return new AssertionResult(
        type,
        status,
        json.path("score").isNumber()
            ? Optional.of(json.path("score").decimalValue())
            : Optional.empty(),
        json.path("weight").decimalValue(),
        json.path("expected").textValue(),
        json.path("got").textValue(),
        type.equals(FAITHFULNESS) && faithfulness.orElse(null) instanceof Faithfulness.Scored scored
            ? scored.claims()
            : List.of());
  }

  private static ObjectNode write(Faithfulness faithfulness) {
    return switch (faithfulness) {
      case Faithfulness.Unscored(String reason) -> object().put("unscored", reason);
      case Faithfulness.Unavailable(String reason) ->
          object().put("unavailable", truncate(reason, MAX_TEXT_CHARS));
      case Faithfulness.Scored scored -> {
        ObjectNode json = object().put("score", scored.score());
        ArrayNode claims = json.putArray("claims");
        int longest = Math.min(MAX_TEXT_CHARS, MAX_CLAIMS_CHARS / scored.claims().size() / 3);
        for (JudgedClaim claim : scored.claims()) {
          claims
              .addObject()
              .put("claim", truncate(claim.claim(), longest))
              .put("verdict", claim.verdict().id())
              .put("evidence", truncate(claim.evidence(), longest))
              .put(
                  "overruled",
                  claim.overruleReason().map(why -> truncate(why, longest)).orElse(null));
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
    List<JudgedClaim> claims = new ArrayList<>();
    for (JsonNode claim : json.path("claims")) {
      claims.add(
          new JudgedClaim(
              claim.path("claim").textValue(),
              JudgedClaim.Verdict.of(claim.path("verdict").textValue()).orElseThrow(),
              claim.path("evidence").textValue(),
              text(claim, "overruled")));
    }
    return new Faithfulness.Scored(claims);
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

  private static String truncate(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    boolean cutsPair = Character.isHighSurrogate(text.charAt(longest - 1));
    return text.substring(0, cutsPair ? longest - 1 : longest) + "…";
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
