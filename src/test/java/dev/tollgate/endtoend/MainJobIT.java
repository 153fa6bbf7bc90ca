package dev.tollgate.endtoend;

import static dev.tollgate.endtoend.support.TestClouds.difference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.PermissionDeniedException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The main path: a prompt is registered, activated, called, cached and reported.
 *
 * <p>One piece because its tests share a local cloud, which takes seconds to start.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MainJobIT {
  private static final Path CLONE = Path.of("").toAbsolutePath();
  private static final String CONTEXT =
      "The server waits for the log records to be flushed to permanent storage. "
          + "A sector holds 512 bytes.";

  private final Path data;
  private final List<ProcessHandle> there;
  private final LocalCloud cloud;
  private final ApiClient admin;
  private final ApiClient invoke;
  private final ApiClient finance;

  MainJobIT() throws IOException, InterruptedException {
    there = ProcessHandle.current().descendants().toList();
    data = TestClouds.folder("main-job");
    cloud = TestClouds.start(data, Map.of());
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    finance = new ApiClient(cloud.url(), cloud.keys().finance());
  }

  @BeforeAll
  void registerPrompt() throws IOException, InterruptedException {
    prompt("rag", "0");
  }

  @AfterAll
  void stopAllProcesses() throws Exception {
    cloud.close();
    assertEquals(
        List.of(),
        Eventually.get(
            () ->
                ProcessHandle.current()
                    .descendants()
                    .filter(process -> !there.contains(process))
                    .map(ProcessHandle::info)
                    .toList(),
            List::isEmpty));
  }

  @Test
  void secondIdenticalCallIsServedFromRedisAndBothAreReported() throws Exception {
    JsonNode before = TestClouds.settledReport(cloud);
    String body = question("How many bytes does a sector hold? " + UUID.randomUUID(), "rita");
    ApiResponse first = invoke.post("/v1/prompts/rag/invoke", body);
    ApiResponse second = invoke.post("/v1/prompts/rag/invoke", body);

    assertEquals(200, first.status(), first.body().toString());
    assertTrue(first.body().path("text").asText().contains("512"), first.body().toString());
    assertEquals("none", first.body().path("cache").asText());
    assertEquals("exact", second.body().path("cache").asText());
    assertEquals(first.body().path("text"), second.body().path("text"));
    assertEquals(first.body().path("cost_usd"), second.body().path("avoided_cost_usd"));
    assertEquals(0, second.body().path("cost_usd").decimalValue().signum());
    assertEquals("rag", second.body().path("prompt").path("name").asText());
    assertEquals(1, second.body().path("prompt").path("version").asInt());

    BigDecimal cost = first.body().path("cost_usd").decimalValue();
    JsonNode after =
        Eventually.get(
            () -> TestClouds.report(cloud),
            report -> difference(before, report, "total_calls").intValue() == 2);
    assertEquals(2, difference(before, after, "total_calls").intValue());
    assertEquals(0, cost.compareTo(difference(before, after, "total_usd")));
    assertEquals(0, cost.compareTo(difference(before, after, "cache_savings")));
    assertEquals(
        tokens(first.body().path("usage")), difference(before, after, "total_tokens").longValue());
    assertEquals(30, after.path("period_days").asInt());
    assertTrue(
        after.path("top_users").findValuesAsText("user_id").contains("rita"), after.toString());
  }

  @Test
  void officialClientCallsManagedPrompt() {
    AnthropicClient client = client(cloud.keys().invoke());
    MessageCreateParams question =
        MessageCreateParams.builder()
            .model("claude-opus-5")
            .maxTokens(7)
            .addUserMessage("What does the server wait for?")
            .putAdditionalHeader("x-tollgate-prompt", "rag")
            .putAdditionalHeader(
                "x-tollgate-variables",
                ApiClient.JSON.createObjectNode().put("context", CONTEXT).toString())
            .build();
    try (HttpResponseFor<Message> response = client.messages().withRawResponse().create(question)) {
      Message message = response.parse();

      assertTrue(
          message.content().getFirst().asText().text().contains("log records"), message.toString());
      assertEquals("claude-haiku-4-5", message.model().asString());
      assertEquals(List.of("rag@1"), response.headers().values("x-tollgate-prompt"));
      assertEquals(List.of("model,max_tokens"), response.headers().values("x-tollgate-ignored"));
      assertEquals(1, response.headers().values("x-tollgate-call-id").size());
    }
  }

  @Test
  void officialClientCallsModelDirectly() {
    AnthropicClient client = client(cloud.keys().invoke());
    Message message =
        client
            .messages()
            .create(
                MessageCreateParams.builder()
                    .model("claude-sonnet-4-6")
                    .maxTokens(100)
                    .system("Answer from the context only.\n\nContext: " + CONTEXT)
                    .addUserMessage("How many bytes does a sector hold?")
                    .build());

    assertTrue(message.content().getFirst().asText().text().contains("512"));
    assertTrue(message.usage().inputTokens() > 0);
  }

  @Test
  void officialClientParsesEveryError() {
    assertThrows(UnauthorizedException.class, () -> call(cloud.keys().admin() + "x", "rag"));
    assertThrows(PermissionDeniedException.class, () -> call(cloud.keys().finance(), "rag"));
    assertThrows(NotFoundException.class, () -> call(cloud.keys().invoke(), "no-such-prompt"));
    AnthropicServiceException missing =
        assertThrows(BadRequestException.class, () -> call(cloud.keys().invoke(), "rag"));
    assertTrue(missing.toString().contains("context"), missing.toString());
    assertThrows(
        InternalServerException.class, () -> call(cloud.keys().invoke(), "claude+simulate=500"));
  }

  /** Calls a prompt, or a model if the name is that of a model. */
  private void call(String key, String name) {
    MessageCreateParams.Builder question =
        MessageCreateParams.builder().model(name).maxTokens(10).addUserMessage("Hello?");
    if (!name.startsWith("claude")) {
      question.putAdditionalHeader("x-tollgate-prompt", name);
    }
    AnthropicClient client = client(key);
    client.messages().create(question.build());
  }

  private AnthropicClient client(String key) {
    return AnthropicOkHttpClient.builder()
        .baseUrl(cloud.url().toString())
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "invoke|/v1/messages|{\"model\":|400 invalid_request_error invalid_value body",
        "invoke|/v1/messages||400 invalid_request_error missing_value body",
        "invoke|/v1/messages|[]|400 invalid_request_error invalid_value body",
        "invoke|/v1/messages|{}|400 invalid_request_error invalid_value model",
        "invoke|/v1/messages|{\"model\":\"m\",\"model\":\"n\"}|400 invalid_request_error"
            + " invalid_value body",
        "invoke|/v1/messages|{\"model\":\"m\",\"max_tokens\":1}|400 invalid_request_error"
            + " invalid_value messages",
        "invoke|/v1/prompts/nobody/invoke|{\"input\":\"q\"}|404 not_found_error prompt_not_found"
            + " name",
        "invoke|/v1/prompts/Bad!/invoke|{\"input\":\"q\"}|400 invalid_request_error invalid_value"
            + " name",
        "invoke|/v1/messages|{\"model\":\"m\",\"x\":1e99999999999}|400 invalid_request_error"
            + " invalid_value body",
        "invoke|/v1/messages|{\"model\":\"\\ud800\"}|400 invalid_request_error invalid_value body",
        "invoke|/v1/messages|{\"model\":\"m\",\"max_tokens\":1,\"metadata\":{\"user_id\":5},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}|400 invalid_request_error"
            + " invalid_value metadata.user_id",
        "invoke|/v1/prompts/rag/invoke|{\"input\":\"q\"}|400 invalid_request_error missing_value"
            + " variables.context",
        "invoke|/v1/prompts/rag/invoke|{\"input\":\"q\",\"variables\":{\"context\":\"c\",\"x\":1}}|400"
            + " invalid_request_error unknown_name variables.x",
        "invoke|/v1/prompts/rag/invoke|{\"input\":\"q\",\"variables\":{\"context\":[]}}|400"
            + " invalid_request_error invalid_value variables.context",
        "invoke|/v1/prompts/rag/invoke|{\"variables\":{\"context\":\"c\"}}|400"
            + " invalid_request_error missing_value input",
        "invoke|/v1/prompts/rag/invoke|{\"input\":\"q\",\"inptu\":\"q\"}|400 invalid_request_error"
            + " unknown_name inptu",
        "invoke|/v1/nowhere|{}|404 not_found_error route_not_found null",
        "invoke|/nowhere|{}|404 not_found_error route_not_found null",
        "finance|/v1/messages|{}|403 permission_error role_missing null",
        "nobody|/v1/messages|{}|401 authentication_error key_missing x-api-key",
        "wrong|/v1/messages|{}|401 authentication_error key_invalid x-api-key",
        "invoke|/admin/prompts/rag/versions|{}|403 permission_error role_missing null",
        "finance|/admin/prompts/rag/activate|{}|403 permission_error role_missing null",
        "admin|/admin/prompts/rag/versions|{\"model\":\"m\"}|400 invalid_request_error"
            + " missing_value content",
        "admin|/admin/prompts/rag/versions|{\"content\":\"c\"}|400 invalid_request_error"
            + " missing_value model",
        "admin|/admin/prompts/rag/versions|{\"content\":\"c\",\"model\":\"m\",\"temperature\":2}|400"
            + " invalid_request_error invalid_value temperature",
        "admin|/admin/prompts/rag/versions|{\"content\":\"c\",\"model\":\"m\",\"temprature\":0}|400"
            + " invalid_request_error unknown_name temprature",
        "admin|/admin/prompts/rag/activate|{\"version\":99}|404 not_found_error"
            + " version_not_found version",
        "admin|/admin/prompts/rag/activate|{\"version\":\"1\"}|400 invalid_request_error"
            + " invalid_value version",
        "admin|/admin/prompts/rag/activate|{\"version\":1,\"force\":true}|400 invalid_request_error"
            + " missing_value reason",
        "admin|/admin/prompts/nobody/activate|{\"version\":1}|404 not_found_error"
            + " prompt_not_found name"
      })
  void rejectsInvalidInputWithoutChange(String callerName, String path, String body, String error)
      throws IOException, InterruptedException {
    int calls = items("CallsTable");
    int prompts = items("PromptsTable");
    ApiClient caller =
        switch (callerName) {
          case "admin" -> admin;
          case "invoke" -> invoke;
          case "finance" -> finance;
          case "wrong" -> new ApiClient(cloud.url(), "tg_" + "x".repeat(43));
          default -> new ApiClient(cloud.url(), Optional.empty());
        };
    ApiResponse answer = caller.post(path, body == null ? "" : body);

    assertEquals(error, answer.error(), answer.body().toString());
    assertFalse(answer.body().path("error").path("message").asText().isBlank());
    assertEquals("error", answer.body().path("type").asText());
    assertEquals(calls, items("CallsTable"));
    assertEquals(prompts, items("PromptsTable"));
  }

  @Test
  void rejectsTooLargeInput() throws IOException, InterruptedException {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("model", "m");
    body.put("content", "c".repeat(350 * 1024 + 1));
    assertEquals(
        "413 request_too_large too_large content",
        admin.post("/admin/prompts/rag/versions", body.toString()).error());
    assertEquals(
        "413 request_too_large too_large body",
        invoke.post("/v1/messages", "\"" + "b".repeat(4 * 1024 * 1024) + "\"").error());
    assertEquals(
        "413 request_too_large too_large body",
        invoke.post("/v1/messages", "\"" + "b".repeat(11 * 1024 * 1024) + "\"").error());
  }

  @Test
  void reportRejectsInvalidDays() throws IOException, InterruptedException {
    assertEquals(
        "400 invalid_request_error invalid_value days", finance.get("/admin/costs?days=x").error());
    assertEquals(
        "400 invalid_request_error invalid_value days", finance.get("/admin/costs?days=0").error());
    assertEquals(403, invoke.get("/admin/costs").status());
  }

  @Test
  void versionIsRegisteredOnceAndIsInHistory() throws Exception {
    prompt("history", "0");
    ApiResponse again = register("history", "Use only the context.\n\nContext: {{context}}", "0");
    ApiResponse second = register("history", "Use the context alone.\n\nContext: {{context}}", "0");
    JsonNode history = finance.get("/admin/prompts/history").body();
    JsonNode active = admin.get("/admin/prompts/history/active").body();

    assertEquals(200, again.status());
    assertTrue(again.body().path("existing").asBoolean());
    assertEquals(201, second.status());
    assertEquals(2, second.body().path("version").asInt());
    assertEquals(1, history.path("active_version").asInt());
    assertEquals(List.of("2", "1"), history.path("versions").findValuesAsText("version"));
    assertEquals(List.of("false", "true"), history.path("versions").findValuesAsText("active"));
    assertEquals(1, active.path("version").asInt());
    assertEquals("Use only the context.\n\nContext: {{context}}", active.path("content").asText());
  }

  @Test
  void answerIsCachedForAnHour() throws Exception {
    invoke.post("/v1/prompts/rag/invoke", question("How long? " + UUID.randomUUID(), "ttl"));
    List<Long> left = new ArrayList<>();
    for (String key : redis("KEYS tollgate:answer:local:*")) {
      if (key.startsWith("tollgate:answer:")) {
        left.add(Long.parseLong(redis("PTTL " + key).getFirst().substring(1)));
      }
    }

    assertFalse(left.isEmpty());
    assertTrue(
        left.stream().allMatch(millis -> millis > 0 && millis <= 3_600_000), left.toString());
    assertTrue(left.stream().anyMatch(millis -> millis > 3_000_000), left.toString());
  }

  /** The lines of the reply of Redis to a command. */
  private List<String> redis(String command) throws IOException {
    URI redis = cloud.engines().redis().url();
    try (Socket socket = new Socket(redis.getHost(), redis.getPort())) {
      socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  @Test
  void callsSucceedUncachedWithoutRedis() throws Exception {
    String body = question("What is flushed? " + UUID.randomUUID(), "redis");
    invoke.post("/v1/prompts/rag/invoke", body);
    cloud.engines().redis().stop();
    ApiResponse without;
    try {
      without = invoke.post("/v1/prompts/rag/invoke", body);
    } finally {
      cloud.engines().redis().restart();
    }

    assertEquals(200, without.status(), without.body().toString());
    assertEquals("none", without.body().path("cache").asText());
    String other = question("What is flushed? " + UUID.randomUUID(), "redis");
    invoke.post("/v1/prompts/rag/invoke", other);
    assertEquals(
        "exact",
        Eventually.get(
            () -> invoke.post("/v1/prompts/rag/invoke", other).body().path("cache").asText(),
            "exact"::equals));
  }

  @Test
  void callsSucceedWithoutPostgresAndAreInsertedLater() throws Exception {
    JsonNode before = TestClouds.settledReport(cloud);
    cloud.engines().postgres().stop();
    ApiResponse unavailable;
    try {
      for (int i = 0; i < 5; i++) {
        assertEquals(
            200,
            invoke
                .post("/v1/prompts/rag/invoke", question("When? " + UUID.randomUUID(), "late"))
                .status());
      }
      unavailable = finance.get("/admin/costs?days=30");
    } finally {
      cloud.engines().postgres().restart();
    }

    assertEquals("503 api_error ledger_unavailable null", unavailable.error());
    assertTrue(unavailable.body().path("error").path("message").asText().contains("PostgreSQL"));
    JsonNode after =
        Eventually.get(
            () -> TestClouds.report(cloud),
            report -> difference(before, report, "total_calls").intValue() >= 5);
    assertEquals(5, difference(before, after, "total_calls").intValue());
    JsonNode settled = TestClouds.settledReport(cloud);
    for (String figure : List.of("total_calls", "attempts", "total_tokens", "total_usd")) {
      assertEquals(after.path(figure), settled.path(figure), figure);
    }
  }

  @Test
  void killedFunctionLosesAndDuplicatesNoRecord() throws Exception {
    invoke.post("/v1/prompts/rag/invoke", question("Before? " + UUID.randomUUID(), "killed"));
    int acknowledged = items("CallsTable");
    List<Long> before = cloud.lambda().processes("invokeLlm");
    CompletableFuture<ApiResponse> slow =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return invoke.post(
                    "/v1/messages",
                    """
                    {"model": "claude-haiku-4-5+simulate=delay:20000", "max_tokens": 10,
                     "messages": [{"role": "user", "content": "Slowly?"}]}
                    """);
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Eventually.get(
        () -> cloud.model().orElseThrow(),
        model -> {
          try {
            return new ApiClient(model.url(), "x")
                .get("/_requests")
                .body()
                .toString()
                .contains("Slowly?");
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    cloud
        .lambda()
        .processes("invokeLlm")
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));

    assertEquals(502, slow.get().status());
    assertEquals("api_error", slow.get().body().path("error").path("type").asText());
    assertEquals(acknowledged, items("CallsTable"));
    ApiResponse next =
        invoke.post("/v1/prompts/rag/invoke", question("After? " + UUID.randomUUID(), "killed"));
    assertEquals(200, next.status());
    assertEquals(acknowledged + 1, items("CallsTable"));
    assertFalse(before.stream().anyMatch(cloud.lambda().processes("invokeLlm")::contains));
    assertEquals(items("CallsTable"), TestClouds.settledReport(cloud).path("total_calls").asInt());
  }

  @Test
  void providerFailureIsErrorRecordWithoutCost() throws Exception {
    JsonNode before = TestClouds.settledReport(cloud);
    ApiResponse failed =
        invoke.post(
            "/v1/messages",
            """
            {"model": "claude-haiku-4-5+simulate=529", "max_tokens": 10, "temperature": 0,
             "messages": [{"role": "user", "content": "Overloaded?"}]}
            """);

    assertEquals("529 overloaded_error provider_declined null", failed.error());
    JsonNode after =
        Eventually.get(
            () -> TestClouds.report(cloud),
            report -> difference(before, report, "failed_calls").intValue() == 1);
    assertEquals(1, difference(before, after, "failed_calls").intValue());
    assertEquals(0, difference(before, after, "total_usd").signum());
  }

  @Test
  void directInvocationNeedsNoKeyButProxyEventDoes() throws Exception {
    String direct =
        new String(
            cloud
                .lambda()
                .invoke(
                    "costReport",
                    "{\"action\":\"report\",\"days\":1}".getBytes(StandardCharsets.UTF_8))
                .payload(),
            StandardCharsets.UTF_8);
    ApiResponse proxied =
        new ApiClient(cloud.url(), Optional.empty()).get("/admin/costs?action=report");

    assertEquals(1, ApiClient.JSON.readTree(direct).path("period_days").asInt());
    assertEquals(401, proxied.status());
  }

  @Test
  void teamsDoNotShareAnswers() throws Exception {
    ApiClient sales = new ApiClient(cloud.url(), Keys.create(cloud.lambda(), "sales", "invoke"));
    String body = question("How large? " + UUID.randomUUID(), "x");
    invoke.post("/v1/prompts/rag/invoke", body);

    assertEquals("none", sales.post("/v1/prompts/rag/invoke", body).body().path("cache").asText());
    assertEquals("exact", sales.post("/v1/prompts/rag/invoke", body).body().path("cache").asText());
  }

  private void prompt(String name, String temperature) throws IOException, InterruptedException {
    ObjectNode version = version("Use only the context.\n\nContext: {{context}}", temperature);
    assertTrue(TestClouds.activate(cloud, name, version).path("previous_version").isNull());
  }

  private ApiResponse register(String name, String content, String temperature)
      throws IOException, InterruptedException {
    return admin.post(
        "/admin/prompts/" + name + "/versions", version(content, temperature).toString());
  }

  private static ObjectNode version(String content, String temperature) {
    return ApiClient.JSON
        .createObjectNode()
        .put("content", content)
        .put("model", "claude-haiku-4-5")
        .put("temperature", new BigDecimal(temperature));
  }

  private static String question(String input, String user) {
    ObjectNode body =
        ApiClient.JSON
            .createObjectNode()
            .put("input", input)
            .put("user", user)
            .put("endpoint", "it");
    body.putObject("variables").put("context", CONTEXT);
    return body.toString();
  }

  private int items(String table) {
    return cloud
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName("tollgate-" + table).consistentRead(true))
        .stream()
        .mapToInt(page -> page.items().size())
        .sum();
  }

  private static long tokens(JsonNode usage) {
    long sum = 0;
    for (JsonNode count : usage) {
      sum += count.longValue();
    }
    return sum;
  }
}
