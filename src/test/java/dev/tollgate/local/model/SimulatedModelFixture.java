package dev.tollgate.local.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gives each test a simulated model of its own and a client of it. */
abstract class SimulatedModelFixture {
  static final String GROUNDED =
      "Answer only from the context. If the answer is not in the context, say so.";
  static final String CONTEXT =
      "Context:\nCustomers may return any product within 30 days of delivery. Shipping is free for"
          + " orders over $50. The warranty covers two years.\n\n";

  SimulatedModel model;
  ModelClient client;

  @BeforeEach
  void start() throws IOException {
    model = SimulatedModel.start(0);
    client = ModelClient.of(model);
  }

  @AfterEach
  void stop() {
    client.close();
    model.close();
  }

  /** Asks once and returns the status. */
  int status() throws Exception {
    return client.send(client.anthropic(request("", "Hello").toString())).statusCode();
  }

  static ObjectNode request(String system, String user) {
    ObjectNode request = Json.object().put("model", "claude-opus-5").put("max_tokens", 500);
    if (!system.isEmpty()) {
      request.put("system", system);
    }
    request.putArray("messages").addObject().put("role", "user").put("content", user);
    return request;
  }

  static String text(JsonNode message) {
    return message.path("content").path(0).path("text").asText();
  }

  static String errorType(HttpResponse<String> response) {
    return ModelClient.json(response).path("error").path("type").asText();
  }
}
