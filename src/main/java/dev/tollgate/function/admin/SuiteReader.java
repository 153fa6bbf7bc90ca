package dev.tollgate.function.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.suite.InvalidSuiteException;
import dev.tollgate.evaluation.suite.TestSuite;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.json.JsonMappers;
import dev.tollgate.prompt.Suite;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Reads test suites: YAML, or a JSON object with the YAML of the {@code suite} and of the {@code
 * held_out} cases. No suite has a field named {@code suite}.
 */
final class SuiteReader {
  private static final int MAX_SUITE_BYTES = 350 * 1024;
  private static final ObjectReader JSON =
      JsonMappers.EXACT.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  private SuiteReader() {}

  static Suite read(String body) {
    if (body.isBlank()) {
      throw new ApiException(
          ApiError.missing("body", "The body is empty. Send the test suite as YAML."));
    }
    if (body.getBytes(StandardCharsets.UTF_8).length > MAX_SUITE_BYTES) {
      throw new ApiException(
          ApiError.tooLarge(
              "body", "The suite is larger than 350 KB. Split the tests of the prompt."));
    }
    Suite suite =
        readWithHeldOut(body)
            .map(
                fields ->
                    new Suite(
                        fields.text("suite", "the YAML of the suite", MAX_SUITE_BYTES),
                        fields.optionalText("held_out", MAX_SUITE_BYTES)))
            .orElseGet(() -> new Suite(body));
    parse(suite);
    return suite;
  }

  private static Optional<RequestFields> readWithHeldOut(String body) {
    if (!body.stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(body);
      return json instanceof ObjectNode object && object.has("suite")
          ? Optional.of(new RequestFields(object, Set.of("suite", "held_out")))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      // YAML can begin with a brace as well.
      return Optional.empty();
    }
  }

  /** Parses a suite. The error names the invalid line. */
  static TestSuite parse(Suite suite) {
    try {
      return TestSuite.of(suite);
    } catch (InvalidSuiteException e) {
      throw new ApiException(
          ApiError.invalid("body", "The suite is invalid: " + e.getMessage() + "."));
    }
  }
}
