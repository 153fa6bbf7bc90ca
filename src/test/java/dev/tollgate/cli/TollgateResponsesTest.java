package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.tollgate.cli.client.Json;
import dev.tollgate.local.loopback.LoopbackServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with responses of an API. */
final class TollgateResponsesTest {
  private static final String NOT_FOUND =
      "{\"error\": {\"code\": \"prompt_not_found\", \"message\": \"No such prompt.\"}}";
  private static final String NO_ROUTE =
      "{\"error\": {\"code\": \"route_not_found\", \"message\": \"No such route.\"}}";

  private final Map<String, String> responses = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Path folder;
  private final LoopbackServer server;
  private String errorBody = NOT_FOUND;
  private int errorStatus = 404;

  TollgateResponsesTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("prompts"));
    server = LoopbackServer.start(0, this::respond);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void comparesOtherPromptsAfterAnUnknownOne() throws IOException {
    Files.writeString(folder.resolve("prompts/b.txt"), "B");
    responses.put("POST /admin/prompts/b/drift", "{\"name\": \"b\", \"state\": \"same\"}");
    responses.put("GET /admin/prompts/c?limit=1", "{\"name\": \"c\", \"active_version\": 3}");

    assertEquals(1, run("prompts", "status", "a", "b", "c", "--json"));
    JsonNode prompts = Json.read(text(out)).path("prompts");
    assertEquals(2, prompts.size(), text(out));
    assertEquals("same", prompts.path(0).path("state").asText());
    assertEquals("missing_file", prompts.path(1).path("state").asText());
    assertTrue(text(err).contains("tollgate: a: a has no file and is not registered"), text(err));
  }

  @Test
  void printsNoTableIfNoPromptWasCompared() {
    assertEquals(1, run("prompts", "status", "a"));
    assertEquals("", text(out));

    responses.put("GET /admin/prompts?limit=100", "{\"prompts\": []}");
    assertEquals(0, run("prompts", "status"));
    assertEquals("No prompts: the folder and the registry are empty.\n", text(out));
  }

  @Test
  void sendsTheReasonForDeletingALabel() {
    String deletion = "DELETE /admin/prompts/rag/labels/staging";
    responses.put(deletion, "{\"previous_version\": 3}");

    assertEquals(0, run("prompts", "label", "rag", "staging", "--delete", "--reason", "wrong one"));
    assertEquals("rag: deleted label staging of version 3\n", text(out));
    assertEquals(List.of(deletion + " {\"reason\":\"wrong one\"}"), requests);

    requests.clear();
    assertEquals(0, run("prompts", "label", "rag", "staging", "--delete"));
    assertEquals(List.of(deletion + " {}"), requests);
  }

  @Test
  void suggestsToCheckTheUrlIfTheRouteIsUnknown() throws IOException {
    errorBody = NO_ROUTE;
    assertEquals(1, run("keys", "list"));
    assertEquals("tollgate: No such route. Check TOLLGATE_URL.\n", text(err));

    err.reset();
    assertEquals(1, run("prompts", "status", "a"));
    assertFalse(text(err).contains("is not registered"), text(err));

    responses.put("GET /admin/prompts?limit=100", "{\"prompts\": [{\"name\": \"a\"}]}");
    assertEquals(1, run("prompts", "pull"));
  }

  @Test
  void rejectsARedirect() {
    errorBody = "";
    errorStatus = 308;
    assertEquals(1, run("keys", "list"));
    assertEquals("", text(out));
    assertEquals(
        "tollgate: %s returned status 308. Check TOLLGATE_URL.\n".formatted(server.uri()),
        text(err));
  }

  @Test
  void explainsWhyAFileCannotBeRead() throws IOException {
    assertEquals(1, run("costs", "replay", "none.jsonl"));
    assertEquals("tollgate: Cannot read none.jsonl: no such file\n", text(err));

    err.reset();
    Files.write(folder.resolve("log.gz"), new byte[] {0x1f, (byte) 0x8b});
    assertEquals(1, run("costs", "replay", "log.gz"));
    assertEquals("tollgate: Cannot read log.gz: not UTF-8\n", text(err));

    err.reset();
    assertEquals(1, run("prices", "check", "a\0b"));
    assertTrue(text(err).startsWith("tollgate: Invalid file name a"), text(err));
    assertEquals(List.of(), requests);
  }

  private void respond(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add(request + " " + body);
    String response = responses.get(request);
    byte[] bytes = (response == null ? errorBody : response).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(
        response == null ? errorStatus : 200, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int run(String... arguments) {
    return Tollgate.run(
        arguments,
        Map.of("TOLLGATE_URL", server.uri().toString(), "TOLLGATE_KEY", "key"),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        folder);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
