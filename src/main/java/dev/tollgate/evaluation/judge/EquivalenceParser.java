package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;

/** Parses a judge's comparison of two answers. */
final class EquivalenceParser {
  static final JsonNode SCHEMA =
      JsonSchemas.parse(
          """
          {"type": "object", "additionalProperties": false,
           "required": ["reason", "same"],
           "properties": {
             "reason": {"type": "string"},
             "same": {"type": "boolean"}}}
          """);

  private EquivalenceParser() {}

  static Equivalence parse(JsonNode reply) {
    return reply.path("same").isBoolean()
        ? new Equivalence.Judged(reply.path("same").booleanValue())
        : new Equivalence.Unknown("the judge did not say whether the answers are the same");
  }
}
