package dev.tollgate.function;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tollgate.prompt.Suite;
import java.nio.charset.StandardCharsets;

/** Suites as callers send them. */
final class SuiteYaml {
  private static final int MAX_SUITE = 350 * 1024;
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SuiteYaml() {}

  static Suite read(String yaml) {
    if (yaml.isBlank()) {
      throw new RefusedException(
          ApiError.missing("body", "The body is empty: send the suite as YAML."));
    }
    if (yaml.getBytes(StandardCharsets.UTF_8).length > MAX_SUITE) {
      throw new RefusedException(
          ApiError.tooLarge("body", "The suite is larger than 350 KB: split the prompt's tests."));
    }
    Suite suite = new Suite(yaml);
    cases(suite);
    return suite;
  }

  /** How many cases a suite has. */
  static int cases(Suite suite) {
    JsonNode tests;
    try {
      tests = YAML.readTree(suite.yaml()).path("tests");
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      throw new RefusedException(
          ApiError.invalid(
              "body",
              "The suite is not YAML%s: look for a wrong indentation or a field that stands twice."
                  .formatted(place == null ? "" : " at line " + place.getLineNr())));
    }
    if (!tests.isArray() || tests.isEmpty()) {
      throw new RefusedException(
          ApiError.invalid("body", "The suite must have tests, a list of at least one case."));
    }
    for (int i = 0; i < tests.size(); i++) {
      if (!tests.get(i).isObject()) {
        throw new RefusedException(
            ApiError.invalid(
                "body", "The suite's tests." + i + " must be a case: vars and assert."));
      }
    }
    return tests.size();
  }
}
