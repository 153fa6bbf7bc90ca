package dev.tollgate.cost.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.cost.pricing.PromptCacheSavings;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class CallRecordJsonTest {
  static Stream<CallRecord> records() {
    return Stream.of(
        CallRecords.answered(CallRecords.NOW, "alice", "0.00000001"),
        CallRecords.cached(CallRecords.NOW, "bob", "0.054399"),
        CallRecords.similar(CallRecords.NOW, "bob", "0.054399"),
        CallRecords.answered(
            CallRecords.NOW,
            "carol",
            "gpt-4.1",
            new Usage(1, 2, 3, 4, 5, 1, new Usage.Billing(7, "flex", Optional.of("us"), 2, true)),
            new Cost(
                new BigDecimal("0.07"),
                new PromptCacheSavings(new BigDecimal("0.5"), new BigDecimal("0.25")),
                "openai/gpt-4.1@2026-01-01",
                Price.Status.ESTIMATED)),
        CallRecords.failed(CallRecords.NOW));
  }

  @ParameterizedTest
  @MethodSource("records")
  void readsBackEveryRecord(CallRecord record) {
    assertEquals(record, CallRecordJson.read(CallRecordJson.write(record)));
  }

  /** Records that are older than these fields read the same. */
  @Test
  void omitsUsualBillingTerms() {
    ObjectNode json = CallRecordJson.write(CallRecords.answered(CallRecords.NOW, "alice", "1"));

    for (String field :
        List.of(
            "web_searches", "service_tier", "region", "assumed_write_tokens", "several_models")) {
      assertFalse(json.has(field), field);
    }
    assertEquals(Usage.Billing.STANDARD, CallRecordJson.read(json).usage().billing());
  }

  @Test
  void listsEveryFieldThatRecordsHave() {
    Set<String> fields = new HashSet<>();
    records()
        .map(CallRecordJson::write)
        .forEach(json -> json.fieldNames().forEachRemaining(fields::add));

    assertEquals(fields, Set.copyOf(CallRecordJson.FIELDS));
  }

  /** Stored records and exports have this layout. */
  @Test
  void writesFieldsInTheirOrder() {
    CallRecord call =
        CallRecords.answered(
            CallRecords.NOW,
            "carol",
            "gpt-4.1",
            new Usage(1, 2, 3, 4, 5, 1, new Usage.Billing(7, "flex", Optional.of("us"), 2, true)),
            new Cost(
                new BigDecimal("0.07"),
                new PromptCacheSavings(new BigDecimal("0.5"), BigDecimal.ZERO),
                "openai/gpt-4.1@2026-01-01",
                Price.Status.ESTIMATED));

    assertEquals(
        """
        {"id":"ID","call_id":"ID","final":true,"time":"2026-11-22T10:00:00.123Z","key_id":"key_1",\
        "team":"search","user_id":"carol","endpoint":"docs-search","provider":"anthropic",\
        "requested_model":"claude-haiku-4-5","model":"gpt-4.1","prompt":"rag_system",\
        "prompt_version":3,"input_tokens":1,"cache_read_tokens":2,"cache_write_5m_tokens":3,\
        "cache_write_1h_tokens":4,"output_tokens":5,"reasoning_tokens":1,"web_searches":7,\
        "service_tier":"flex","region":"us","assumed_write_tokens":2,"several_models":true,\
        "cost_usd":0.07,"avoided_cost_usd":0,"prompt_cache_read_savings_usd":0.5,\
        "prompt_cache_write_premium_usd":0,"price_id":"openai/gpt-4.1@2026-01-01",\
        "price_status":"estimated","cache":"none","finish_reason":"end_turn","status":"ok",\
        "latency_ms":321,"purpose":"live"}\
        """
            .replace("ID", call.id().value()),
        CallRecordJson.write(call).toString());
  }

  /** A field that only the table knows would be written and lost again. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"TIME", "STATUS"})
  void readsEveryFieldThatItWrites(CallField field) {
    CallRecord record =
        records().filter(call -> field.value(call).isPresent()).findFirst().orElseThrow();
    ObjectNode json = CallRecordJson.write(record);
    // Zero is what records without these read as.
    if (field.id().startsWith("prompt_cache_")) {
      json.put(field.id(), new BigDecimal("0.125"));
    }
    CallRecord whole = CallRecordJson.read(json);
    json.remove(field.id());

    Optional<CallRecord> rest;
    try {
      rest = Optional.of(CallRecordJson.read(json));
    } catch (IllegalArgumentException e) {
      rest = Optional.empty();
    }
    assertNotEquals(Optional.of(whole), rest);
  }

  @ParameterizedTest
  @CsvSource({
    "final,a call record needs true or false as final",
    "purpose,a call record cannot have odd as purpose",
    "latency_ms,a call record needs a whole number as latency_ms"
  })
  void namesInvalidField(String field, String message) {
    ObjectNode json = CallRecordJson.write(CallRecords.answered(CallRecords.NOW, "alice", "1"));
    json.put(field, "odd");

    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> CallRecordJson.read(json)).getMessage());
  }

  @Test
  void readsRecordsWithoutPromptCacheSavings() {
    CallRecord record = CallRecords.answered(CallRecords.NOW, "alice", "1");
    ObjectNode json = CallRecordJson.write(record);
    json.remove(List.of("prompt_cache_read_savings_usd", "prompt_cache_write_premium_usd"));

    assertEquals(record, CallRecordJson.read(json));
  }

  @Test
  void readsCacheHitsWithoutAnsweringCall() {
    ObjectNode json = CallRecordJson.write(CallRecords.cached(CallRecords.NOW, "bob", "1"));
    json.remove("answered_by");

    assertEquals(Optional.empty(), CallRecordJson.read(json).answeredBy());
  }

  @Test
  void namesMissingField() {
    ObjectNode json = CallRecordJson.write(CallRecords.answered(CallRecords.NOW, "alice", "1"));
    json.remove("team");

    assertEquals(
        "a call record needs team",
        assertThrows(IllegalArgumentException.class, () -> CallRecordJson.read(json)).getMessage());
  }

  @Test
  void replacesControlCharactersInTexts() {
    assertEquals("a?b", CallRecords.answered(CallRecords.NOW, "a\0b", "1").user().orElseThrow());
  }
}
