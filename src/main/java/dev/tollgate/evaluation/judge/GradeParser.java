package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Reads what a judge says by a rubric. */
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

  static Grade parse(JsonNode said) {
    JsonNode score = said.path("score");
    if (!said.path("pass").isBoolean()
        || !score.isNumber()
        || score.decimalValue().signum() < 0
        || score.decimalValue().compareTo(BigDecimal.ONE) > 0) {
      return new Grade.Graded(false, BigDecimal.ZERO, "the judge gave no grade");
    }
    return new Grade.Graded(
        said.path("pass").booleanValue(), score.decimalValue(), said.path("reason").asText());
  }
}
