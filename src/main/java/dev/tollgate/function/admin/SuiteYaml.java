package dev.tollgate.function.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.suite.SuiteException;
import dev.tollgate.evaluation.suite.TestSuite;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.RefusedException;
import dev.tollgate.prompt.Suite;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Suites as callers send them: the YAML as it is, or a JSON object with the YAML of the {@code
 * suite} and of the cases that are {@code held_out}. No suite has a field of the first name.
 */
final class SuiteYaml {
  private static final int MAX_SUITE = 350 * 1024;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private SuiteYaml() {}

  static Suite read(String body) {
    if (body.isBlank()) {
      throw new RefusedException(
          ApiError.missing("body", "The body is empty: send the suite as YAML."));
    }
    if (body.getBytes(StandardCharsets.UTF_8).length > MAX_SUITE) {
      throw new RefusedException(
          ApiError.tooLarge("body", "The suite is larger than 350 KB: split the prompt's tests."));
    }
    Suite suite =
        both(body)
            .map(
                fields ->
                    new Suite(
                        fields.text("suite", "it is the suite's YAML", MAX_SUITE),
                        fields.optionalText("held_out", MAX_SUITE)))
            .orElseGet(() -> new Suite(body));
    understood(suite);
    return suite;
  }

  private static Optional<Fields> both(String body) {
    if (!body.stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(body);
      return json instanceof ObjectNode object && object.has("suite")
          ? Optional.of(new Fields(object, Set.of("suite", "held_out")))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      // YAML may begin with a brace, too.
      return Optional.empty();
    }
  }

  /** Reads a suite's cases, or says in which line they cannot be read. */
  static TestSuite understood(Suite suite) {
    try {
      return TestSuite.of(suite);
    } catch (SuiteException e) {
      throw new RefusedException(
          ApiError.invalid("body", "The suite cannot be run: " + e.getMessage() + "."));
    }
  }
}
