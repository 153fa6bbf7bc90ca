package dev.tollgate.function.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.metrics.EmbeddedMetrics;
import dev.tollgate.function.metrics.RequestTelemetry;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import org.junit.jupiter.api.Test;

final class ApiGatewayHandlerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiGatewayHandler front =
      new ApiGatewayHandler(
          new RequestTelemetry(
              new EmbeddedMetrics(
                  "test", Clock.systemUTC(), new PrintStream(OutputStream.nullOutputStream())),
              "test"),
          JSON);

  @Test
  void halfACharacterIsRefusedOfThoseToWhomTheFunctionIsOpenToo() {
    ObjectNode event =
        JSON.createObjectNode().put("action", "register").put("content", "Greet\ud83d");

    JsonNode answer = front.handle(event, _ -> fail(), (_, _) -> fail());

    assertEquals("event", answer.at("/error/param").asText(), answer.toString());
  }
}
