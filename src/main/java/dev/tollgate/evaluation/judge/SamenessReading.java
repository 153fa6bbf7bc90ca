package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads what a judge says of two answers. */
final class SamenessReading {
  static final JsonNode SCHEMA =
      Schemas.parse(
          """
          {"type": "object", "additionalProperties": false,
           "required": ["reason", "same"],
           "properties": {
             "reason": {"type": "string"},
             "same": {"type": "boolean"}}}
          """);

  private SamenessReading() {}

  static Sameness read(JsonNode said) {
    return said.path("same").isBoolean()
        ? new Sameness.Judged(said.path("same").booleanValue())
        : new Sameness.Unknown("the judge did not say whether the answers are the same");
  }
}
