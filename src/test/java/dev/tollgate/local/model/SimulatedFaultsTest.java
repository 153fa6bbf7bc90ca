package dev.tollgate.local.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The faults that a test can inject into the simulated model. */
final class SimulatedFaultsTest extends SimulatedModelFixture {
  @ParameterizedTest
  @CsvSource({
    "429, 429, rate_limit_error",
    "529, 529, overloaded_error",
    "500, 500, api_error",
    "400, 400, invalid_request_error",
    "401, 401, authentication_error"
  })
  void failsOnDemand(String behaviour, int status, String type) throws Exception {
    HttpResponse<String> response =
        client.send(
            client.anthropic(request("", "Hello").toString()).header("x-simulate", behaviour));

    assertEquals(status, response.statusCode());
    assertEquals(type, errorType(response));
  }

  @Test
  void saysWhenToRetry() throws Exception {
    ObjectNode request = request("", "Hello").put("model", "claude-opus-5+simulate=429:7");

    HttpResponse<String> response = client.send(client.anthropic(request.toString()));

    assertEquals(429, response.statusCode());
    assertEquals("7", response.headers().firstValue("retry-after").orElseThrow());
  }

  @Test
  void controlCallAppliesToTheNextRequests() throws Exception {
    simulate("{\"behaviour\":\"529\",\"times\":2}");

    assertEquals(List.of(529, 529, 200), List.of(status(), status(), status()));

    simulate("{\"behaviour\":\"delay:1,500\"}");
    assertEquals(List.of(500, 500, 500), List.of(status(), status(), status()));
    client.send(client.request("/_simulate").DELETE());
    assertEquals(200, status());
    assertEquals(
        400,
        client
            .send(
                client
                    .request("/_simulate")
                    .POST(BodyPublishers.ofString("{\"behaviour\":\"nonsense\"}")))
            .statusCode());
  }

  @ParameterizedTest
  @CsvSource({
    "refusal, refusal",
    "max_tokens, max_tokens",
    "pause_turn, pause_turn",
    "tool_use, tool_use",
    "content_filter, refusal",
    "context_window, model_context_window_exceeded",
    "unheard_of, unheard_of",
    "empty, end_turn"
  })
  void stopsForAnyReasonOnDemand(String behaviour, String stopReason) throws Exception {
    JsonNode message = degraded(behaviour);

    assertEquals(stopReason, message.path("stop_reason").asText());
    assertEquals(behaviour.equals("empty"), message.path("content").isEmpty());
  }

  @Test
  void isUngroundedOnDemand() throws Exception {
    String text = text(degraded("ungrounded"));

    assertFalse(CONTEXT.contains(text), text);
    assertFalse(text.contains("30"), text);
  }

  @Test
  void neverAnswersOnTimeout() {
    var request =
        client
            .anthropic(request("", "Hello").toString())
            .header("x-simulate", "timeout")
            .timeout(Duration.ofMillis(300));

    assertThrows(HttpTimeoutException.class, () -> client.send(request));
  }

  @Test
  void cutsAStreamBeforeItsEnd() throws Exception {
    String streamed =
        request(GROUNDED, CONTEXT + "How long may I return a product?")
            .put("stream", true)
            .toString();

    String body = client.send(client.anthropic(streamed).header("x-simulate", "cut-stream")).body();
    assertTrue(body.contains("content_block_delta"), body);
    assertFalse(body.contains("message_delta"), body);
    assertFalse(body.contains("message_stop"), body);

    var aborted = client.anthropic(streamed).header("x-simulate", "cut-stream:abort");
    assertThrows(IOException.class, () -> client.send(aborted));

    String failed =
        client.send(client.anthropic(streamed).header("x-simulate", "stream-error")).body();
    assertTrue(failed.contains("event: error"), failed);
  }

  @Test
  void cutsABodyBeforeItsEnd() {
    var request =
        client.anthropic(request("", "Hello").toString()).header("x-simulate", "cut-stream");

    assertThrows(IOException.class, () -> client.send(request));
  }

  private JsonNode degraded(String behaviour) throws Exception {
    ObjectNode request = request(GROUNDED, CONTEXT + "How long may I return a product?");
    return ModelClient.json(
        client.send(client.anthropic(request.toString()).header("x-simulate", behaviour)));
  }

  private void simulate(String order) throws Exception {
    HttpResponse<String> response =
        client.send(client.request("/_simulate").POST(BodyPublishers.ofString(order)));
    assertEquals(204, response.statusCode());
  }
}
