package dev.tollgate.local.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PromptCachingTest {
  private volatile Instant now = Instant.parse("2026-11-01T00:00:00Z");
  private SimulatedModel model;
  private ModelClient client;

  @BeforeEach
  void start() throws IOException {
    model = new SimulatedModel(0, ((InstantSource) () -> now).withZone(ZoneOffset.UTC));
    client = ModelClient.of(model);
  }

  @AfterEach
  void stop() {
    client.close();
    model.close();
  }

  @Test
  void writesWhenColdAndReadsWhenWarm() throws Exception {
    JsonNode cold = usage(marked("5m", "First question?"));
    JsonNode warm = usage(marked("5m", "Another question?"));

    int written = cold.path("cache_creation_input_tokens").asInt();
    assertTrue(written >= 512, cold.toString());
    assertEquals(written, cold.path("cache_creation").path("ephemeral_5m_input_tokens").asInt());
    assertEquals(0, cold.path("cache_read_input_tokens").asInt());
    assertEquals(written, warm.path("cache_read_input_tokens").asInt());
    assertEquals(0, warm.path("cache_creation_input_tokens").asInt());
    assertTrue(warm.path("input_tokens").asInt() < 50, warm.toString());
  }

  @Test
  void expiresAfterFiveMinutesUnlessRead() throws Exception {
    usage(marked("5m", "One?"));
    now = now.plus(Duration.ofMinutes(4));
    assertTrue(read(usage(marked("5m", "Two?"))) > 0);
    now = now.plus(Duration.ofMinutes(4));
    assertTrue(read(usage(marked("5m", "Three?"))) > 0, "the read before refreshed it");
    now = now.plus(Duration.ofMinutes(5));
    assertEquals(0, read(usage(marked("5m", "Four?"))));
  }

  @Test
  void keepsOneHourEntriesForAnHour() throws Exception {
    JsonNode cold = usage(marked("1h", "One?"));
    assertTrue(cold.path("cache_creation").path("ephemeral_1h_input_tokens").asInt() > 0);
    assertEquals(0, cold.path("cache_creation").path("ephemeral_5m_input_tokens").asInt());

    now = now.plus(Duration.ofMinutes(59));
    assertTrue(read(usage(marked("1h", "Two?"))) > 0);
    now = now.plus(Duration.ofMinutes(60));
    assertEquals(0, read(usage(marked("1h", "Three?"))));
  }

  @Test
  void cachesNothingBelowTheMinimumOfTheModel() throws Exception {
    // Some 1,700 tokens: over the 512 of Opus 5, under the 4,096 of Haiku 4.5.
    ObjectNode request = marked("5m", "Question?").put("model", "claude-haiku-4-5");

    JsonNode usage = usage(request);

    assertEquals(0, usage.path("cache_creation_input_tokens").asInt());
    assertTrue(usage.path("input_tokens").asInt() > 512, usage.toString());
  }

  @Test
  void keepsModelsAndKeysApart() throws Exception {
    usage(marked("5m", "One?"));

    assertEquals(0, read(usage(marked("5m", "Two?").put("model", "claude-opus-5-5"))));
    HttpResponse<String> other =
        client.send(
            client.anthropic(marked("5m", "Two?").toString()).setHeader("x-api-key", "other-key"));
    assertEquals(0, read(ModelClient.json(other).path("usage")));
  }

  @Test
  void marksTheLastBlockAutomatically() throws Exception {
    ObjectNode request = marked("5m", "Question?");
    ((ObjectNode) request.path("system").path(0)).remove("cache_control");
    request.putObject("cache_control").put("type", "ephemeral");

    JsonNode cold = usage(request);
    JsonNode warm = usage(request);

    assertEquals(3, cold.path("input_tokens").asInt(), "all but the request's own overhead");
    assertEquals(cold.path("cache_creation_input_tokens").asInt(), read(warm));
  }

  @ParameterizedTest
  @CsvSource({"5m 5m 5m 5m 5m, maximum of 4", "5m 1h, must not come after", "2h, ttl"})
  void rejectsBadMarks(String ttls, String message) throws Exception {
    ObjectNode request = marked("5m", "Question?");
    var system = request.putArray("system");
    for (String ttl : ttls.split(" ", -1)) {
      system
          .addObject()
          .put("type", "text")
          .put("text", "part")
          .putObject("cache_control")
          .put("type", "ephemeral")
          .put("ttl", ttl);
    }

    HttpResponse<String> response = client.send(client.anthropic(request.toString()));

    assertEquals(400, response.statusCode());
    assertTrue(response.body().contains(message), response.body());
  }

  @Test
  void openAiCachesLongPrefixesAutomatically() throws Exception {
    String cold = openAi("One?");
    String warm = openAi("Two?");

    assertEquals(0, cachedTokens(cold));
    assertTrue(cachedTokens(warm) >= 1024, warm);
    assertEquals(0, cachedTokens(warm) % 128);
    assertTrue(
        Json.parse(warm).orElseThrow().path("usage").path("prompt_tokens").asInt()
            >= cachedTokens(warm),
        warm);
  }

  private String openAi(String question) throws Exception {
    ObjectNode request = Json.object().put("model", "gpt-4o");
    var messages = request.putArray("messages");
    messages.addObject().put("role", "system").put("content", handbook());
    messages.addObject().put("role", "user").put("content", question);
    return client.send(client.openAi(request.toString())).body();
  }

  private static int cachedTokens(String completion) {
    return Json.parse(completion)
        .orElseThrow()
        .path("usage")
        .path("prompt_tokens_details")
        .path("cached_tokens")
        .asInt();
  }

  private JsonNode usage(ObjectNode request) throws Exception {
    return client.message(request.toString()).path("usage");
  }

  private static int read(JsonNode usage) {
    return usage.path("cache_read_input_tokens").asInt();
  }

  private static String handbook() {
    return "The handbook says many things about many products. ".repeat(100);
  }

  private static ObjectNode marked(String ttl, String question) {
    ObjectNode request = Json.object().put("model", "claude-opus-5").put("max_tokens", 100);
    request
        .putArray("system")
        .addObject()
        .put("type", "text")
        .put("text", handbook())
        .putObject("cache_control")
        .put("type", "ephemeral")
        .put("ttl", ttl);
    request.putArray("messages").addObject().put("role", "user").put("content", question);
    return request;
  }
}
