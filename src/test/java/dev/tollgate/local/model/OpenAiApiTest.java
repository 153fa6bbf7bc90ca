package dev.tollgate.local.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenAiApiTest extends SimulatedModelFixture {
  private static final String CONTEXT = "<context>The office opens at 9.</context>\n";

  @Test
  void answersInItsOwnShape() throws Exception {
    JsonNode completion = complete(request("When does the office open?"));

    JsonNode choice = completion.path("choices").path(0);
    assertEquals("The office opens at 9.", choice.path("message").path("content").asText());
    assertEquals("stop", choice.path("finish_reason").asText());
    JsonNode usage = completion.path("usage");
    assertEquals(
        usage.path("prompt_tokens").asInt() + usage.path("completion_tokens").asInt(),
        usage.path("total_tokens").asInt());
    assertTrue(completion.path("id").asText().startsWith("chatcmpl_sim_"));
  }

  @Test
  void rejectsAMissingKey() throws Exception {
    HttpResponse<String> response =
        client.send(client.request("/v1/chat/completions").POST(BodyPublishers.ofString("{}")));

    assertEquals(401, response.statusCode());
    assertEquals("invalid_api_key", ModelClient.json(response).path("error").path("code").asText());
  }

  @ParameterizedTest
  @CsvSource({"429, 429, requests", "529, 503, server_error", "500, 500, server_error"})
  void failsInItsOwnShape(String behaviour, int status, String type) throws Exception {
    HttpResponse<String> response =
        client.send(client.openAi(request("Hi").toString()).header("x-simulate", behaviour));

    assertEquals(status, response.statusCode());
    assertEquals(type, ModelClient.json(response).path("error").path("type").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "refusal, stop",
    "content_filter, content_filter",
    "max_tokens, length",
    "context_window, length",
    "tool_use, tool_calls",
    "unheard_of, unheard_of",
    "empty, stop"
  })
  void namesItsOwnFinishReasons(String behaviour, String reason) throws Exception {
    HttpResponse<String> response =
        client.send(client.openAi(request("Hi").toString()).header("x-simulate", behaviour));

    assertEquals(
        reason, ModelClient.json(response).path("choices").path(0).path("finish_reason").asText());
  }

  @Test
  void callsAFunction() throws Exception {
    ObjectNode request = request("Find \"blue shoes\" please.");
    request.put("tool_choice", "required");
    ObjectNode function =
        request.putArray("tools").addObject().put("type", "function").putObject("function");
    function.put("name", "search");
    function.set(
        "parameters",
        Json.parse(
                "{\"type\":\"object\",\"properties\":{\"query\":{\"type\":\"string\"}},"
                    + "\"required\":[\"query\"]}")
            .orElseThrow());

    JsonNode choice = complete(request).path("choices").path(0);

    assertEquals("tool_calls", choice.path("finish_reason").asText());
    assertEquals(
        "{\"query\":\"blue shoes\"}",
        choice
            .path("message")
            .path("tool_calls")
            .path(0)
            .path("function")
            .path("arguments")
            .asText());
  }

  @Test
  void streamsChunksUpToDone() throws Exception {
    ObjectNode request = request("When does the office open?").put("stream", true);
    List<String> plain = stream(request);
    assertEquals("[DONE]", plain.getLast());
    assertFalse(String.join("", plain).contains("\"usage\""));

    request.putObject("stream_options").put("include_usage", true);
    List<String> reporting = stream(request);
    JsonNode usage = Json.parse(reporting.get(reporting.size() - 2)).orElseThrow();
    assertTrue(usage.path("choices").isEmpty());
    assertTrue(usage.path("usage").path("completion_tokens").asInt() > 0);
    StringBuilder text = new StringBuilder();
    for (String chunk : reporting.subList(0, reporting.size() - 1)) {
      JsonNode delta = Json.parse(chunk).orElseThrow().path("choices").path(0).path("delta");
      text.append(delta.path("content").asText(""));
    }
    assertEquals("The office opens at 9.", text.toString());
  }

  @Test
  void listsModels() throws Exception {
    HttpResponse<String> response =
        client.send(client.request("/v1/models").header("authorization", "Bearer test-key"));

    assertEquals("list", ModelClient.json(response).path("object").asText());
  }

  private List<String> stream(ObjectNode request) throws Exception {
    return client
        .send(client.openAi(request.toString()))
        .body()
        .lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring("data: ".length()))
        .toList();
  }

  private JsonNode complete(ObjectNode request) throws Exception {
    return ModelClient.json(client.send(client.openAi(request.toString())));
  }

  private static ObjectNode request(String question) {
    ObjectNode request = Json.object().put("model", "gpt-4o").put("max_tokens", 200);
    var messages = request.putArray("messages");
    messages.addObject().put("role", "system").put("content", "Answer only from the context.");
    messages.addObject().put("role", "user").put("content", CONTEXT + question);
    return request;
  }
}
