package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Reads what a judge says by a rubric. */
final class GradeReading {
  static final JsonNode SCHEMA =
      Schemas.parse(
          """
          {"type": "object", "additionalProperties": false,
           "required": ["reason", "pass", "score"],
           "properties": {
             "reason": {"type": "string"},
             "pass": {"type": "boolean"},
             "score": {"type": "number"}}}
          """);

  private GradeReading() {}

  static Grade read(JsonNode said) {
    JsonNode score = said.path("score");
    if (!said.path("pass").isBoolean()
        || !score.isNumber()
        || score.decimalValue().signum() < 0
        || score.decimalValue().compareTo(BigDecimal.ONE) > 0) {
      return new Grade.Given(false, BigDecimal.ZERO, "the judge gave no grade");
    }
    return new Grade.Given(
        said.path("pass").booleanValue(), score.decimalValue(), said.path("reason").asText());
  }
}
