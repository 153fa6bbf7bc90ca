package dev.tollgate.function.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.cost.calls.CallRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class UnpricedCallMetricsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final UnpricedCallMetrics unpriced =
      new UnpricedCallMetrics(
          new EmbeddedMetrics(
              "tollgate", Clock.systemUTC(), new PrintStream(log, true, StandardCharsets.UTF_8)));

  @Test
  void anEstimatedCallIsOneLineAndOneCount() throws IOException {
    unpriced.record(CallRecords.estimated(NOW));

    JsonNode line = new ObjectMapper().readTree(log.toString(StandardCharsets.UTF_8));
    JsonNode metrics = line.path("_aws").path("CloudWatchMetrics").path(0);
    assertEquals(NOW.toEpochMilli(), line.path("_aws").path("Timestamp").asLong());
    assertEquals("Tollgate", metrics.path("Namespace").asText());
    assertEquals("[[\"Stack\"]]", metrics.path("Dimensions").toString());
    assertEquals("UnpricedCalls", metrics.path("Metrics").path(0).path("Name").asText());
    assertEquals(1, line.path("UnpricedCalls").asInt());
    assertEquals("claude-unheard-of", line.path("model").asText());
  }

  @Test
  void aCallWithAPriceAndOneThatCostNothingAreNone() {
    unpriced.record(CallRecords.uncounted(NOW));
    unpriced.record(CallRecords.wronglyPriced(NOW, "alice"));
    unpriced.record(CallRecords.failed(NOW));

    assertEquals("", log.toString(StandardCharsets.UTF_8));
  }
}
