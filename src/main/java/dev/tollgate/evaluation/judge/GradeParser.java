package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Parses a judge's grade by a rubric. */
final class GradeParser {
  static final JsonNode SCHEMA =
      JsonSchemas.parse(
          """
          {"type": "object", "additionalProperties": false,
           "required": ["reason", "pass", "score"],
           "properties": {
             "reason": {"type": "string"},
             "pass": {"type": "boolean"},
             "score": {"type": "number"}}}
          """);

  private GradeParser() {}

  static Grade parse(JsonNode reply) {
    JsonNode score = reply.path("score");
    if (!reply.path("pass").isBoolean()
        || !score.isNumber()
        || score.decimalValue().signum() < 0
        || score.decimalValue().compareTo(BigDecimal.ONE) > 0) {
      return new Grade.Graded(false, BigDecimal.ZERO, "the judge gave no valid grade");
    }
    return new Grade.Graded(
        reply.path("pass").booleanValue(), score.decimalValue(), reply.path("reason").asText());
  }
}
