package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.json.JsonMappers;

/** Parses JSON schemas of the code. */
final class JsonSchemas {
  private JsonSchemas() {}

  /** Parses a schema. Both providers demand that each field is required and no other is allowed. */
  static JsonNode parse(String schema) {
    try {
      return JsonMappers.EXACT.readTree(schema);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A schema of the code is not JSON", e);
    }
  }
}
