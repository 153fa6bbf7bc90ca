package dev.tollgate.function.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MeasuredCallLogTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final EmbeddedMetrics metrics =
      new EmbeddedMetrics(
          "tollgate", Clock.systemUTC(), new PrintStream(log, true, StandardCharsets.UTF_8));
  private final List<CallRecord> logged = new ArrayList<>();

  private JsonNode line(CallLog calls, CallRecord call) throws IOException {
    measured(calls).append(call, Duration.ZERO);
    return line();
  }

  private CallLog measured(CallLog calls) {
    return new MeasuredCallLog(calls, new RecordedCallMetrics(metrics));
  }

  private JsonNode line() throws IOException {
    return new ObjectMapper().readTree(log.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aCallIsOneLineWithItsFiguresAsMetricsAndItsUserAsAProperty() throws IOException {
    CallRecord call = CallRecords.wronglyPriced(NOW, "alice");
    JsonNode line = line((record, _) -> logged.add(record), call);

    assertEquals(List.of(call), logged);
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
  void aFailedCallCountsAsAnError() throws IOException {
    JsonNode line = line((record, _) -> logged.add(record), CallRecords.failed(NOW));

    assertEquals(1, line.path("CallErrors").asInt());
    assertEquals("overloaded_error", line.path("failure").asText());
  }

  @Test
  void aCallThatTheLogDidNotTakeIsCountedAndTheFaultTold() throws IOException {
    CallRecord call = CallRecords.failed(NOW);
    CallLog down =
        (record, _) -> {
          throw new CallNotLoggedException(record.id(), new IOException("down"));
        };

    assertThrows(CallNotLoggedException.class, () -> measured(down).append(call, Duration.ZERO));
    assertEquals(1, line().path("SpilledCalls").asInt());
    assertEquals(1, line().path("Calls").asInt());
  }
}
