package dev.tollgate.local.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Grounding;
import dev.tollgate.local.model.answer.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of the simulated model, through its Anthropic API. */
final class SimulatedModelTest extends SimulatedModelFixture {
  @Test
  void answersFromTheContext() throws Exception {
    JsonNode message =
        ask(GROUNDED, CONTEXT + "Question: How many days do I have to return a product?");

    assertEquals("Customers may return any product within 30 days of delivery.", text(message));
    assertEquals("end_turn", message.path("stop_reason").asText());
    assertTrue(message.path("id").asText().startsWith("msg_sim_"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "How long do refunds take? | Refunds are issued within 5 business days.",
        "Can I get a refund for sale items? | Items on sale are not refundable.",
        "What is the price of the Pro plan? | The Pro plan costs $49 per month.",
        "When was Acme founded? | Acme was founded in 1987 by Jane Doe.",
        "What is the storage capacity of the Pro plan? | "
            + "I don't have that information in the provided context.",
        "Does Globex give refunds? | I don't have that information in the provided context.",
        "What happened in 1988? | I don't have that information in the provided context."
      })
  void picksTheSentenceThatAnswers(String question, String answer) throws Exception {
    String template =
        """
        You are Acme's assistant. Use only the context below.

        Context:
        # Refund policy
        Refunds are issued within 5 business days. Items on sale are not refundable.

        # Company
        - Acme was founded in 1987 by Jane Doe.
        - The Pro plan costs $49 per month.

        If the answer is not in the context, say that you don't have that information.
        """;

    assertEquals(answer, text(ask(template, question)));
  }

  @Test
  void findsTheContextInTheSystemPrompt() throws Exception {
    JsonNode message =
        ask(
            GROUNDED + "\n<context>The warranty covers two years.</context>",
            "How long is the warranty?");

    assertEquals("The warranty covers two years.", text(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Answer only from the context.",
        "Use only the information provided below.",
        "If you cannot find the answer in the documents, say you don't know.",
        "Never use outside knowledge. Do not make things up.",
        "Base your answer solely on the context."
      })
  void declinesWithoutSupportIfGrounded(String system) throws Exception {
    assertEquals(
        Grounding.DECLINE_TEXT,
        text(ask(system, CONTEXT + "Question: What is the capital of France?")));
  }

  @Test
  void answersFromGeneralKnowledgeUnlessForbidden() throws Exception {
    String system = "You are a helpful assistant.";

    assertEquals(
        "The capital of France is Paris.",
        text(ask(system, CONTEXT + "Question: What is the capital of France?")));
    String invented = text(ask(system, CONTEXT + "Question: Who founded the company?"));
    assertFalse(CONTEXT.contains(invented), invented);
    assertFalse(invented.isBlank());
  }

  @Test
  void sameQuestionGetsSameAnswer() throws Exception {
    String question = "What does the annual plan include?";

    assertEquals(text(ask("Be brief.", question)), text(ask("Be brief.", question)));
  }

  @Test
  void stopsAtMaxTokensAndAtStopSequences() throws Exception {
    ObjectNode request = request(GROUNDED, CONTEXT + "Question: How long may I return a product?");

    JsonNode truncated = client.message(request.deepCopy().put("max_tokens", 3).toString());
    assertEquals("max_tokens", truncated.path("stop_reason").asText());
    assertEquals(3, truncated.path("usage").path("output_tokens").asInt());

    request.putArray("stop_sequences").add(" within");
    JsonNode stopped = client.message(request.toString());
    assertEquals("stop_sequence", stopped.path("stop_reason").asText());
    assertEquals(" within", stopped.path("stop_sequence").asText());
    assertEquals("Customers may return any product", text(stopped));
  }

  @Test
  void usesAForcedTool() throws Exception {
    ObjectNode request = request("", "What is the weather in Paris for 3 days?");
    request.set(
        "tools",
        Json.parse(
                """
                [{"name": "get_weather", "input_schema": {"type": "object",
                  "properties": {"city": {"type": "string"}, "days": {"type": "integer"},
                                 "note": {"type": "string"}},
                  "required": ["city", "days"]}}]
                """)
            .orElseThrow());
    request.putObject("tool_choice").put("type", "any");

    JsonNode message = client.message(request.toString());

    assertEquals("tool_use", message.path("stop_reason").asText());
    assertEquals(
        Json.parse("{\"city\":\"Paris\",\"days\":3}").orElseThrow(),
        message.path("content").path(0).path("input"));
  }

  @Test
  void streamsInTheOrderOfTheApi() throws Exception {
    ObjectNode request = request(GROUNDED, CONTEXT + "Question: How long may I return a product?");

    HttpResponse<String> response =
        client.send(client.anthropic(request.put("stream", true).toString()));

    String order =
        String.join(
            " ",
            Pattern.compile("event: (\\w+)")
                .matcher(response.body())
                .results()
                .map(event -> event.group(1))
                .toList());
    assertTrue(
        order.matches(
            "message_start content_block_start ping (content_block_delta ){2,}content_block_stop"
                + " message_delta message_stop"),
        order);
    assertEquals(
        "Customers may return any product within 30 days of delivery.",
        Pattern.compile("\"text_delta\",\"text\":\"([^\"]*)\"")
            .matcher(response.body())
            .results()
            .map(delta -> delta.group(1))
            .reduce("", String::concat));
  }

  @Test
  void showsItsThinkingBeforeItsAnswer() throws Exception {
    ObjectNode request = request("", "What is the capital of France?");
    request.putObject("thinking").put("type", "adaptive");

    JsonNode message = client.message(request.toString());

    assertEquals("thinking", message.path("content").path(0).path("type").asText());
    assertEquals(
        "The capital of France is Paris.", message.path("content").path(1).path("text").asText());
    JsonNode usage = message.path("usage");
    assertTrue(
        usage.path("output_tokens").asInt()
            > usage.path("output_tokens_details").path("thinking_tokens").asInt());
  }

  @Test
  void requiresAKeyAndAVersion() throws Exception {
    String body = request("", "Hello").toString();

    HttpResponse<String> noKey =
        client.send(client.request("/v1/messages").POST(BodyPublishers.ofString(body)));
    assertEquals(401, noKey.statusCode());
    assertEquals("authentication_error", errorType(noKey));
    assertEquals(
        noKey.headers().firstValue("request-id").orElseThrow(),
        ModelClient.json(noKey).path("request_id").asText());

    HttpResponse<String> noVersion =
        client.send(
            client
                .request("/v1/messages")
                .header("authorization", "Bearer test-key")
                .POST(BodyPublishers.ofString(body)));
    assertEquals(400, noVersion.statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | model",
        "{\"model\":\"m\"} | max_tokens",
        "{\"model\":\"m\",\"max_tokens\":5} | messages",
        "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[]} | messages",
        "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"robot\",\"content\":\"x\"}]}"
            + " | messages.0.role",
        "not json | JSON"
      })
  void namesWhatIsWrongWithARequest(String body, String named) throws Exception {
    HttpResponse<String> response = client.send(client.anthropic(body));

    assertEquals(400, response.statusCode());
    assertEquals("invalid_request_error", errorType(response));
    assertTrue(response.body().contains(named), response.body());
  }

  @ParameterizedTest
  @CsvSource({
    "claude-opus-4-7, 400",
    "claude-sonnet-5, 400",
    "claude-haiku-5-5, 400",
    "claude-fable-5-1, 400",
    "claude-opus-4-6, 200",
    "claude-haiku-4-5-20251001, 200",
    "claude-opus-4-20250514, 200"
  })
  void rejectsTemperatureWhereTheModelDoes(String id, int status) throws Exception {
    ObjectNode request = request("", "Hello").put("temperature", 0).put("model", id);

    assertEquals(status, client.send(client.anthropic(request.toString())).statusCode());
  }

  @Test
  void showsWhatItReceivedWithoutSecrets() throws Exception {
    status();
    HttpResponse<String> log = client.send(client.request("/_requests"));

    assertEquals(1, ModelClient.json(log).path("count").asInt());
    JsonNode request = ModelClient.json(log).path("requests").path(0);
    assertEquals("/v1/messages", request.path("path").asText());
    assertEquals("Hello", request.path("body").path("messages").path(0).path("content").asText());
    assertEquals("2023-06-01", request.path("headers").path("anthropic-version").asText());
    assertFalse(log.body().contains("test-key"), log.body());

    client.send(client.request("/_requests").DELETE());
    assertEquals(
        0, ModelClient.json(client.send(client.request("/_requests"))).path("count").asInt());
  }

  @Test
  void servesManyRequestsAtOnce() throws Exception {
    String body = request("", "Hello").toString();
    // All of them are in flight together: none is answered before its delay is over.
    List<CompletableFuture<HttpResponse<String>>> pending =
        IntStream.range(0, 64)
            .mapToObj(
                _ ->
                    client
                        .http()
                        .sendAsync(
                            client.anthropic(body).header("x-simulate", "delay:200").build(),
                            BodyHandlers.ofString()))
            .toList();

    for (CompletableFuture<HttpResponse<String>> response : pending) {
      assertEquals(200, response.get().statusCode());
    }
    assertEquals(
        64, ModelClient.json(client.send(client.request("/_requests"))).path("count").asInt());
  }

  @Test
  void listsModels() throws Exception {
    HttpResponse<String> anthropic =
        client.send(
            client
                .request("/v1/models")
                .header("x-api-key", "test-key")
                .header("anthropic-version", "2023-06-01"));

    assertEquals("model", ModelClient.json(anthropic).path("data").path(0).path("type").asText());
    assertEquals("true", anthropic.headers().firstValue("x-simulated-model").orElseThrow());
  }

  private JsonNode ask(String system, String user) throws Exception {
    return client.message(request(system, user).toString());
  }
}
