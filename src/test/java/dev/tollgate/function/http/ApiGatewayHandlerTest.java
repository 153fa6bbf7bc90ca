package dev.tollgate.function.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.ActionTable.Action;
import dev.tollgate.function.metrics.EmbeddedMetrics;
import dev.tollgate.function.metrics.RequestTelemetry;
import dev.tollgate.identity.Authenticator;
import dev.tollgate.identity.InMemoryKeyStore;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ApiGatewayHandlerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InMemoryKeyStore keys = new InMemoryKeyStore();
  private final ApiGatewayHandler gateway =
      new ApiGatewayHandler(
          new RequestTelemetry(
              new EmbeddedMetrics(
                  "test", Clock.systemUTC(), new PrintStream(OutputStream.nullOutputStream())),
              "test"),
          new AccessControl(new Authenticator(keys, Clock.systemUTC(), Duration.ofMinutes(1))),
          JSON);

  @Test
  void rejectsUnpairedSurrogateInDirectInvocation() {
    ObjectNode event =
        JSON.createObjectNode().put("action", "register").put("content", "Greet\ud83d");
    ActionTable actions =
        new ActionTable("promptAdmin", List.of(new Action("register", _ -> fail())));

    JsonNode response = gateway.handle(event, new RouteTable(List.of()), actions);

    assertEquals("event", response.at("/error/param").asText(), response.toString());
  }

  @Test
  void listsActionsIfActionIsUnknown() {
    ActionTable actions =
        new ActionTable(
            "promptAdmin",
            List.of(new Action("register", _ -> fail()), new Action("activate", _ -> fail())));

    JsonNode response =
        gateway.handle(
            JSON.createObjectNode().put("action", "delete"), new RouteTable(List.of()), actions);

    assertEquals(
        "Unknown action delete. Actions of promptAdmin: register, activate.",
        response.at("/error/message").asText());
  }
}
