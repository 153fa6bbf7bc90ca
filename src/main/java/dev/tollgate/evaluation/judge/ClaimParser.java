package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads which claims a judge found in an answer. Every sentence must be accounted for: one of which
 * the judge says neither claims nor that it has none is a claim itself, so that nothing escapes
 * judgement by being left out.
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

  static List<String> parse(JsonNode said, List<String> sentences) {
    Map<Integer, List<String>> claims = new TreeMap<>();
    for (JsonNode item : said.path("claims")) {
      String claim = item.path("claim").asText().strip();
      if (!claim.isEmpty()) {
        claims.computeIfAbsent(item.path("sentence").asInt(), _ -> new ArrayList<>()).add(claim);
      }
    }
    Set<Integer> without = new HashSet<>();
    said.path("without_claims").forEach(number -> without.add(number.asInt()));
    for (int number = 1; number <= sentences.size(); number++) {
      if (!claims.containsKey(number) && !without.contains(number)) {
        claims.put(number, List.of(sentences.get(number - 1)));
      }
    }
    return claims.values().stream().flatMap(List::stream).toList();
  }
}
