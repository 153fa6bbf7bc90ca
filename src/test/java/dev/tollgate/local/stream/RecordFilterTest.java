package dev.tollgate.local.stream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordFilterTest {
  private static final String INSERT =
      """
      {"eventName": "INSERT", "dynamodb": {"NewImage": {"purpose": {"S": "live"}}, "SizeBytes": 3}}
      """;

  @Test
  void noPatternMatchesEverything() throws IOException {
    assertTrue(RecordFilter.of(List.of()).accepts(record(INSERT)));
  }

  @Test
  void recordMatchesOneOfTheListedValues() throws IOException {
    assertTrue(lets("{\"eventName\": [\"MODIFY\", \"INSERT\"]}"));
    assertFalse(lets("{\"eventName\": [\"MODIFY\", \"REMOVE\"]}"));
  }

  @Test
  void nestedPatternsMatchNestedValues() throws IOException {
    assertTrue(lets("{\"dynamodb\": {\"NewImage\": {\"purpose\": {\"S\": [\"live\"]}}}}"));
    assertFalse(lets("{\"dynamodb\": {\"NewImage\": {\"purpose\": {\"S\": [\"judge\"]}}}}"));
    assertFalse(lets("{\"dynamodb\": {\"OldImage\": {\"purpose\": {\"S\": [\"live\"]}}}}"));
    assertTrue(lets("{\"dynamodb\": {\"SizeBytes\": [3]}}"));
  }

  @Test
  void matchesAllFieldsOfAnyPattern() throws IOException {
    String wrong = "{\"eventName\": [\"INSERT\"], \"dynamodb\": {\"SizeBytes\": [4]}}";

    assertFalse(lets(wrong));
    assertTrue(lets(wrong, "{\"eventName\": [\"INSERT\"]}"));
  }

  @Test
  void rejectsUnknownMatchers() {
    assertThrows(
        IllegalArgumentException.class,
        () -> RecordFilter.of(List.of("{\"eventName\": [{\"prefix\": \"INS\"}]}")));
    assertThrows(
        IllegalArgumentException.class,
        () -> RecordFilter.of(List.of("{\"eventName\": \"INSERT\"}")));
  }

  private static boolean lets(String... patterns) throws IOException {
    return RecordFilter.of(List.of(patterns)).accepts(record(INSERT));
  }

  private static JsonNode record(String json) throws IOException {
    return new ObjectMapper().readTree(json);
  }
}
