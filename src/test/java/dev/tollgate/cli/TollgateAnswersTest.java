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

/** What the command makes of an API's answers. */
final class TollgateAnswersTest {
  private static final String NOT_FOUND =
      "{\"error\": {\"code\": \"prompt_not_found\", \"message\": \"No such prompt.\"}}";
  private static final String NO_ROUTE =
      "{\"error\": {\"code\": \"route_not_found\", \"message\": \"No such route.\"}}";

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Path folder;
  private final LoopbackServer server;
  private String refusal = NOT_FOUND;
  private int refusalStatus = 404;

  TollgateAnswersTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("prompts"));
    server = LoopbackServer.start(0, this::answer);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anUnknownPromptDoesNotKeepTheOthersFromBeingCompared() throws IOException {
    Files.writeString(folder.resolve("prompts/b.txt"), "B");
    answers.put("POST /admin/prompts/b/drift", "{\"name\": \"b\", \"state\": \"same\"}");
    answers.put("GET /admin/prompts/c?limit=1", "{\"name\": \"c\", \"active_version\": 3}");

    assertEquals(1, run("prompts", "status", "a", "b", "c", "--json"));
    JsonNode prompts = Json.read(text(out)).path("prompts");
    assertEquals(2, prompts.size(), text(out));
    assertEquals("same", prompts.path(0).path("state").asText());
    assertEquals("missing_file", prompts.path(1).path("state").asText());
    assertTrue(text(err).contains("tollgate: a: a has no file here"), text(err));
  }

  @Test
  void promptsThatCouldNotBeComparedAreNotSaidToBeNone() {
    assertEquals(1, run("prompts", "status", "a"));
    assertEquals("", text(out));

    answers.put("GET /admin/prompts?limit=100", "{\"prompts\": []}");
    assertEquals(0, run("prompts", "status"));
    assertEquals("There are no prompts, neither here nor in the registry.\n", text(out));
  }

  @Test
  void theReasonForTakingALabelAwayIsSent() {
    String deletion = "DELETE /admin/prompts/rag/labels/staging";
    answers.put(deletion, "{\"previous_version\": 3}");

    assertEquals(0, run("prompts", "label", "rag", "staging", "--delete", "--reason", "wrong one"));
    assertEquals("rag: label staging is gone from version 3\n", text(out));
    assertEquals(List.of(deletion + " {\"reason\":\"wrong one\"}"), requests);

    requests.clear();
    assertEquals(0, run("prompts", "label", "rag", "staging", "--delete"));
    assertEquals(List.of(deletion + " {}"), requests);
  }

  @Test
  void aRouteThatIsNotThereIsAskedAboutTheAddress() throws IOException {
    refusal = NO_ROUTE;
    assertEquals(1, run("keys", "list"));
    assertEquals("tollgate: No such route. Is TOLLGATE_URL right?\n", text(err));

    err.reset();
    assertEquals(1, run("prompts", "status", "a"));
    assertFalse(text(err).contains("not in the registry"), text(err));

    answers.put("GET /admin/prompts?limit=100", "{\"prompts\": [{\"name\": \"a\"}]}");
    assertEquals(1, run("prompts", "pull"));
  }

  @Test
  void anAddressThatLeadsElsewhereIsNotTakenForAnAnswer() {
    refusal = "";
    refusalStatus = 308;
    assertEquals(1, run("keys", "list"));
    assertEquals("", text(out));
    assertEquals(
        "tollgate: %s answered 308: is TOLLGATE_URL right?\n".formatted(server.uri()), text(err));
  }

  @Test
  void aFileThatCannotBeReadIsSaidWhyItCannot() throws IOException {
    assertEquals(1, run("costs", "replay", "none.jsonl"));
    assertEquals("tollgate: cannot read none.jsonl: there is no such file\n", text(err));

    err.reset();
    Files.write(folder.resolve("log.gz"), new byte[] {0x1f, (byte) 0x8b});
    assertEquals(1, run("costs", "replay", "log.gz"));
    assertEquals("tollgate: cannot read log.gz: it is not UTF-8\n", text(err));

    err.reset();
    assertEquals(1, run("prices", "check", "a\0b"));
    assertTrue(text(err).startsWith("tollgate: no file can be named a"), text(err));
    assertEquals(List.of(), requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add(request + " " + body);
    String known = answers.get(request);
    byte[] bytes = (known == null ? refusal : known).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(
        known == null ? refusalStatus : 200, bytes.length == 0 ? -1 : bytes.length);
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
