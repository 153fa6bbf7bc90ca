package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Parses the claims that a judge found in an answer. A sentence that the judge does not mention
 * counts as a claim itself, so that no part of the answer escapes the verdicts.
 */
final class ClaimParser {
  static final JsonNode SCHEMA =
      JsonSchemas.parse(
          """
          {"type": "object", "additionalProperties": false,
           "required": ["claims", "without_claims"],
           "properties": {
             "claims": {"type": "array", "items": {
               "type": "object", "additionalProperties": false,
               "required": ["sentence", "claim"],
               "properties": {
                 "sentence": {"type": "integer"},
                 "claim": {"type": "string"}}}},
             "without_claims": {"type": "array", "items": {"type": "integer"}}}}
          """);

  private ClaimParser() {}

  static List<String> parse(JsonNode reply, List<String> sentences) {
    Map<Integer, List<String>> claims = new TreeMap<>();
    for (JsonNode item : reply.path("claims")) {
      String claim = item.path("claim").asText().strip();
      if (!claim.isEmpty()) {
        claims.computeIfAbsent(item.path("sentence").asInt(), _ -> new ArrayList<>()).add(claim);
      }
    }
    Set<Integer> without = new HashSet<>();
    reply.path("without_claims").forEach(number -> without.add(number.asInt()));
    for (int number = 1; number <= sentences.size(); number++) {
      if (!claims.containsKey(number) && !without.contains(number)) {
        claims.put(number, List.of(sentences.get(number - 1)));
      }
    }
    return claims.values().stream().flatMap(List::stream).toList();
  }
}
