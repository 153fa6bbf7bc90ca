package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.evaluation.judge.JudgedClaim.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses a judge's verdicts. Every claim of the request counts. A claim is unsupported if it has no
 * verdict or conflicting ones, or if its evidence is not in the context.
 */
final class VerdictParser {
  static final JsonNode SCHEMA =
      JsonSchemas.parse(
          """
          {"type": "object", "additionalProperties": false,
           "required": ["verdicts"],
           "properties": {
             "verdicts": {"type": "array", "items": {
               "type": "object", "additionalProperties": false,
               "required": ["id", "evidence", "verdict"],
               "properties": {
                 "id": {"type": "integer"},
                 "evidence": {"type": "string"},
                 "verdict": {"type": "string",
                   "enum": ["supported", "contradicted", "not_enough_info"]}}}}}}
          """);

  private VerdictParser() {}

  static List<JudgedClaim> parse(JsonNode reply, List<String> claims, String context) {
    QuoteMatcher evidence = new QuoteMatcher(context);
    List<JudgedClaim> judged = new ArrayList<>();
    for (int i = 0; i < claims.size(); i++) {
      judged.add(parse(reply.path("verdicts"), i + 1, claims.get(i), evidence));
    }
    return judged;
  }

  private static JudgedClaim parse(JsonNode verdicts, int id, String claim, QuoteMatcher evidence) {
    List<JsonNode> matching = new ArrayList<>();
    for (JsonNode verdict : verdicts) {
      if (verdict.path("id").isIntegralNumber() && verdict.path("id").asInt() == id) {
        matching.add(verdict);
      }
    }
    if (matching.isEmpty()) {
      return missingVerdict(claim, "the judge gave no verdict");
    }
    JsonNode first = matching.getFirst();
    if (matching.stream().anyMatch(it -> !it.path("verdict").equals(first.path("verdict")))) {
      return missingVerdict(claim, "the judge gave conflicting verdicts");
    }
    Optional<Verdict> verdict = Verdict.of(first.path("verdict").asText());
    if (verdict.isEmpty()) {
      return missingVerdict(claim, "the judge's verdict is not valid");
    }
    String quote = first.path("evidence").asText("");
    return verdict.get() == Verdict.SUPPORTED && !evidence.containsQuote(quote)
        ? new JudgedClaim(
            claim,
            Verdict.NOT_ENOUGH_INFO,
            quote,
            Optional.of("the judge's evidence is not in the context"))
        : new JudgedClaim(claim, verdict.get(), quote, Optional.empty());
  }

  static JudgedClaim missingVerdict(String claim, String reason) {
    return new JudgedClaim(claim, Verdict.NOT_ENOUGH_INFO, "", Optional.of(reason));
  }
}
