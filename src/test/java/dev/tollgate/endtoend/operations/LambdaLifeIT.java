package dev.tollgate.endtoend.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.lambda.StartUp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Functions in Lambda: connections, freezing and logs. The order matters, because an environment
 * stays connected.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LambdaLifeIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";
  private static final String SECRET_WORDS = "the colour of the vault is heliotrope";

  private final Path data;
  private final LocalCloud cloud;
  private final ApiClient admin;
  private final ApiClient invoke;
  private final ApiClient finance;
  private final ApiClient model;

  LambdaLifeIT() throws IOException, InterruptedException {
    data = TestClouds.folder("life");
    cloud = TestClouds.start(data, Map.of());
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    finance = new ApiClient(cloud.url(), cloud.keys().finance());
    model = new ApiClient(cloud.model().orElseThrow().url(), "x");
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  @Order(1)
  void onlyFunctionsThatUseRedisOrPostgresConnect() throws Exception {
    TestClouds.activatePrompt(cloud, "life", "claude-haiku-4-5");
    direct("costReport", get("/dashboard", ""));
    direct("nightlyRegression", "{\"action\": \"nightly\"}");

    assertEquals(0, redisConnections());
    assertEquals(0, postgresConnections());

    // costLedger inserts the record, and only needs PostgreSQL.
    assertEquals(200, ask("Who are you?").status());
    assertEquals(1, TestClouds.settledReport(cloud).path("total_calls").asInt());
    assertTrue(redisConnections() > 0);
    int environments =
        cloud.lambda().processes("costLedger").size()
            + cloud.lambda().processes("costReport").size();
    assertTrue(postgresConnections() <= 2 * environments, postgresConnections() + " connections");
  }

  @Test
  @Order(2)
  void traceContinuesToModelAndResponse() throws Exception {
    String question = "Traced? " + UUID.randomUUID();
    ApiResponse answer =
        invoke.post(
            "/v1/messages",
            messages(question),
            "traceparent",
            PARENT,
            "tracestate",
            "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    JsonNode sent = sent(question).path("headers");

    assertEquals(TRACE, answer.header("x-tollgate-trace-id"));
    String parent = sent.path("traceparent").asText();
    assertTrue(parent.matches("00-" + TRACE + "-[0-9a-f]{16}-01"), parent);
    assertFalse(parent.contains(SPAN), parent);
    assertEquals("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", sent.path("tracestate").asText());
    assertEquals(
        TRACE, metric("invokeLlm", answer.header("x-tollgate-call-id")).path("trace_id").asText());
  }

  @Test
  @Order(3)
  void malformedTraceIsReplacedByThatOfAws() throws Exception {
    String question = "Traced? " + UUID.randomUUID();
    ApiResponse answer =
        invoke.post(
            "/v1/messages", messages(question), "traceparent", "00-xyz", "tracestate", "a=b");
    JsonNode sent = sent(question).path("headers");

    String trace = answer.header("x-tollgate-trace-id");
    assertTrue(trace.matches("[0-9a-f]{32}"), trace);
    assertNotEquals(TRACE, trace);
    assertTrue(sent.path("traceparent").asText().startsWith("00-" + trace), sent.toString());
    assertFalse(sent.has("tracestate"), sent.toString());
  }

  @Test
  @Order(4)
  void frozenFunctionReconnects() throws Exception {
    String known = "Frozen? " + UUID.randomUUID();
    assertEquals("none", ask(known).header("x-tollgate-cache"));
    assertEquals("exact", ask(known).header("x-tollgate-cache"));
    List<Long> processes = new ArrayList<>();
    for (String function : List.of("invokeLlm", "costReport", "costLedger", "promptAdmin")) {
      processes.addAll(cloud.lambda().processes(function));
    }
    signal("-STOP", processes);
    redis("CLIENT KILL TYPE normal");
    postgres("SELECT count(pg_terminate_backend(pid)) " + OF_FUNCTIONS);
    signal("-CONT", processes);

    ApiResponse after = ask("Thawed? " + UUID.randomUUID());
    assertEquals(200, after.status(), after.body().toString());
    assertEquals(200, finance.get("/admin/costs").status());
    assertEquals(200, admin.get("/admin/prompts/life").status());
    assertTrue(TestClouds.settledReport(cloud).path("total_calls").asInt() > 0);
    assertEquals(
        "exact", Eventually.get(() -> ask(known).header("x-tollgate-cache"), "exact"::equals));
    assertEquals(
        processes, processes.stream().filter(pid -> ProcessHandle.of(pid).isPresent()).toList());
  }

  @Test
  @Order(5)
  void logsAreJsonWithoutPromptsAnswersOrKeys() throws Exception {
    ApiResponse answer = invoke.post("/v1/messages", messages("Repeat: " + SECRET_WORDS));
    assertEquals(200, answer.status());
    // Failures are logged.
    model.post("/_simulate", "{\"behaviour\": \"500\", \"times\": 1}");
    invoke.post("/v1/messages", "{\"model\": \"" + SECRET_WORDS);
    invoke.post("/v1/messages", messages("gibberish " + SECRET_WORDS));

    List<String> lines = lines("");
    List<String> secrets =
        Stream.concat(
                Stream.of(SECRET_WORDS, "heliotrope", "Use only the context"),
                Stream.of(cloud.keys().admin(), cloud.keys().invoke(), cloud.keys().finance()))
            .toList();
    assertEquals(
        List.of(),
        lines.stream().filter(line -> secrets.stream().anyMatch(line::contains)).toList());
    List<String> odd = new ArrayList<>();
    for (String line : lines) {
      if (!line.startsWith("{") || !ApiClient.JSON.readTree(line).isObject()) {
        odd.add(line);
      }
    }
    assertEquals(List.of(), odd);
    JsonNode started = json(lines("invokeLlm")).findFirst().orElseThrow();
    assertEquals("invokeLlm", started.path("function").asText(), started.toString());
    assertTrue(started.has("time") && started.has("level") && started.has("message"));
  }

  @Test
  @Order(6)
  void responsesAreNotStoredOrSharedWithOtherOrigins() throws Exception {
    for (ApiResponse answer :
        List.of(
            ask("Headers?"),
            admin.get("/admin/prompts/life"),
            new ApiClient(cloud.url(), "tg_wrong").get("/admin/prompts"),
            invoke.post("/v1/messages", "{}", "origin", "https://elsewhere.example"))) {
      assertEquals("no-store", answer.header("cache-control"));
      assertEquals("nosniff", answer.header("x-content-type-options"));
      assertEquals("max-age=31536000", answer.header("strict-transport-security"));
      assertEquals("no-referrer", answer.header("referrer-policy"));
      assertEquals(
          "default-src 'none'; frame-ancestors 'none'", answer.header("content-security-policy"));
      assertEquals(
          List.of(),
          answer.response().headers().map().keySet().stream()
              .filter(name -> name.startsWith("access-control-"))
              .toList());
    }
    ApiResponse preflight =
        invoke.send(
            "OPTIONS",
            "/v1/messages",
            "",
            "origin",
            "https://elsewhere.example",
            "access-control-request-method",
            "POST");
    assertEquals(405, preflight.status());
    assertEquals(
        Optional.empty(), preflight.response().headers().firstValue("access-control-allow-origin"));
  }

  @Test
  @Order(7)
  void everyFunctionStartsWithoutRedisAndPostgres() throws Exception {
    cloud.engines().redis().stop();
    cloud.engines().postgres().stop();
    Map<String, String> events =
        Map.of(
            "invokeLlm", get("/v1/models", cloud.keys().invoke()),
            "promptAdmin", get("/admin/prompts", cloud.keys().admin()),
            "costReport", get("/dashboard", ""),
            "nightlyRegression", "{\"action\": \"nightly\"}",
            "costLedger", get("/admin/costs/nothing", cloud.keys().finance()));

    for (Map.Entry<String, String> event : events.entrySet()) {
      // Throws if the function fails to start or to respond.
      StartUp start =
          cloud
              .lambda()
              .measureStartUp(
                  event.getKey(), event.getValue().getBytes(StandardCharsets.UTF_8), true);
      assertTrue(start.memory() > 0, event.getKey());
    }
  }

  /** The event of API Gateway for a request. */
  private static String get(String path, String key) {
    return """
    {"httpMethod": "GET", "path": "%s", "headers": {"x-api-key": "%s"}, "requestContext": {}}
    """
        .formatted(path, key);
  }

  private static final String OF_FUNCTIONS =
      "FROM pg_stat_activity WHERE application_name = 'tollgate'";

  private ApiResponse ask(String question) throws IOException, InterruptedException {
    return invoke.post("/v1/messages", messages(question));
  }

  private static String messages(String question) {
    return ApiClient.JSON
        .createObjectNode()
        .put("model", "claude-haiku-4-5")
        .put("max_tokens", 50)
        .put("temperature", 0)
        .set(
            "messages",
            ApiClient.JSON
                .createArrayNode()
                .add(
                    ApiClient.JSON.createObjectNode().put("role", "user").put("content", question)))
        .toString();
  }

  private void direct(String function, String event) throws InterruptedException {
    String answer = cloud.lambda().invoke(function, event.getBytes(StandardCharsets.UTF_8)).text();
    assertFalse(answer.contains("errorType"), answer);
  }

  /** The request with a text that the model received. */
  private JsonNode sent(String text) throws IOException, InterruptedException {
    for (JsonNode request : model.get("/_requests").body().path("requests")) {
      if (request.path("body").toString().contains(text)) {
        return request;
      }
    }
    throw new AssertionError("nothing reached the model of: " + text);
  }

  /** The metrics line of a call. */
  private JsonNode metric(String function, String call) throws Exception {
    return Eventually.get(
            () ->
                json(lines(function))
                    .filter(line -> line.has("Calls"))
                    .filter(line -> line.path("call_id").asText().equals(call))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static Stream<JsonNode> json(List<String> lines) throws IOException {
    List<JsonNode> read = new ArrayList<>();
    for (String line : lines) {
      // The last line may be incomplete.
      if (line.endsWith("}")) {
        read.add(ApiClient.JSON.readTree(line));
      }
    }
    return read.stream();
  }

  /** The log lines of functions. */
  private List<String> lines(String function) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> logs = Files.list(data.resolve("logs"))) {
      for (Path log :
          logs.filter(file -> file.getFileName().toString().startsWith("tollgate-" + function))
              .toList()) {
        lines.addAll(Files.readAllLines(log));
      }
    }
    return lines;
  }

  private static void signal(String signal, List<Long> processes) throws Exception {
    for (long process : processes) {
      assertEquals(
          0,
          new ProcessBuilder("kill", signal, Long.toString(process)).start().waitFor(),
          signal + " " + process);
    }
  }

  private int redisConnections() throws IOException {
    // One of them is the connection of this test.
    return (int) redis("CLIENT LIST TYPE normal").lines().filter(it -> it.contains("id=")).count()
        - 1;
  }

  private String redis(String command) throws IOException {
    URI redis = cloud.engines().redis().url();
    try (Socket socket = new Socket(redis.getHost(), redis.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private int postgresConnections() throws SQLException {
    return postgres("SELECT count(*) " + OF_FUNCTIONS);
  }

  private int postgres(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                cloud.engines().postgres().jdbcUrl(), cloud.engines().postgres().user(), "");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getInt(1);
    }
  }
}
