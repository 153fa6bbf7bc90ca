package dev.tollgate.function.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecorded;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.cost.calls.CallStreamEvent;
import dev.tollgate.cost.ledger.LedgerBatchInserted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CallMetricsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final CallMetrics metrics =
      new CallMetrics(
          new EmbeddedMetrics(
              "tollgate", Clock.systemUTC(), new PrintStream(log, true, StandardCharsets.UTF_8)));

  private List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : log.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private JsonNode record(CallRecord call, boolean deadLettered) throws IOException {
    metrics.onRecorded(new CallRecorded(call, deadLettered));
    return lines().getFirst();
  }

  private List<JsonNode> insert(CallRecord... calls) throws IOException {
    CallStreamEvent batch = new CallStreamEvent(List.of(calls), List.of("corrupt"));
    metrics.onInserted(new LedgerBatchInserted(batch, calls.length));
    return lines();
  }

  @Test
  void writesFiguresAsMetricsAndUserAsProperty() throws IOException {
    CallRecord call = CallRecords.wronglyPriced(NOW, "alice");
    JsonNode line = record(call, false);

    JsonNode directive = line.path("_aws").path("CloudWatchMetrics").path(0);
    assertEquals("Tollgate", directive.path("Namespace").asText());
    assertEquals("[[\"Stack\"]]", directive.path("Dimensions").toString());
    List<String> names = directive.path("Metrics").findValuesAsText("Name");
    assertEquals(
        List.of(
            "Answers",
            "AvoidedUsd",
            "CacheHits",
            "CacheReadTokens",
            "CacheWriteTokens",
            "CallErrors",
            "Calls",
            "InputTokens",
            "LatencyMs",
            "OutputTokens",
            "Refusals",
            "SpendUsd",
            "Truncations"),
        names);
    names.forEach(name -> assertTrue(line.path(name).isNumber(), name));
    assertEquals(0, call.cost().compareTo(line.path("SpendUsd").decimalValue()));
    assertEquals(1, line.path("Calls").asInt());
    assertEquals(0, line.path("CallErrors").asInt());
    assertEquals("alice", line.path("user_id").asText());
    assertEquals(call.callId().value(), line.path("call_id").asText());
    assertFalse(names.contains("user_id"));
  }

  @Test
  void countsFailedCallAsError() throws IOException {
    JsonNode line = record(CallRecords.failed(NOW), false);

    assertEquals(1, line.path("CallErrors").asInt());
    assertEquals("overloaded_error", line.path("failure").asText());
  }

  @Test
  void countsDeadLetteredCall() throws IOException {
    JsonNode line = record(CallRecords.failed(NOW), true);

    assertEquals(1, line.path("SpilledCalls").asInt());
    assertEquals(1, line.path("Calls").asInt());
  }

  @Test
  void writesOneLineForEachUnpricedCall() throws IOException {
    List<JsonNode> lines = insert(CallRecords.estimated(NOW));

    assertEquals(2, lines.size());
    assertEquals(1, lines.getFirst().path("BookedCalls").asInt());
    assertEquals(1, lines.getFirst().path("UnreadableCalls").asInt());
    JsonNode line = lines.getLast();
    JsonNode directive = line.path("_aws").path("CloudWatchMetrics").path(0);
    assertEquals(NOW.toEpochMilli(), line.path("_aws").path("Timestamp").asLong());
    assertEquals("Tollgate", directive.path("Namespace").asText());
    assertEquals("[[\"Stack\"]]", directive.path("Dimensions").toString());
    assertEquals("UnpricedCalls", directive.path("Metrics").path(0).path("Name").asText());
    assertEquals(1, line.path("UnpricedCalls").asInt());
    assertEquals("claude-unheard-of", line.path("model").asText());
  }

  @Test
  void pricedCallAndFreeCallAreNotUnpriced() throws IOException {
    List<JsonNode> lines =
        insert(
            CallRecords.uncounted(NOW),
            CallRecords.wronglyPriced(NOW, "alice"),
            CallRecords.failed(NOW));

    assertEquals(1, lines.size());
    assertEquals(3, lines.getFirst().path("BookedCalls").asInt());
  }
}
