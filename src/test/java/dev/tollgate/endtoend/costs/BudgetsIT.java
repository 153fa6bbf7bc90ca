package dev.tollgate.endtoend.costs;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.CliRunner;
import dev.tollgate.endtoend.support.CliRunner.CliResult;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Budgets: limits, warnings, reservations and reports.
 *
 * <p>One piece because its tests share a local cloud, which takes seconds to start.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BudgetsIT {
  private static final Path CLONE = Path.of("").toAbsolutePath();

  private final LocalCloud cloud;
  private final ApiClient admin;
  private final ApiClient finance;

  BudgetsIT() throws IOException, InterruptedException {
    // Calls time out early, so that their reservations expire within seconds.
    cloud =
        TestClouds.start(
            "budgets",
            Map.of(
                "TOLLGATE_GATEWAY_TIMEOUT", "8s",
                "TOLLGATE_BUDGETS_GRACE", "1s",
                "TOLLGATE_BUDGETS_HELD", "0s"));
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    finance = new ApiClient(cloud.url(), cloud.keys().finance());
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void setsShowsAndDeletesBudgetAndAuditsEachChange() throws Exception {
    ApiResponse set =
        admin.send(
            "PUT",
            "/admin/budgets/team/papers",
            "{\"period\": \"monthly\", \"soft_usd\": 80, \"hard_usd\": 100.50, \"reason\":"
                + " \"Q4\"}");
    assertEquals(200, set.status(), set.body().toString());
    assertEquals("monthly", set.body().path("period").asText());
    assertEquals(new BigDecimal("100.5"), set.body().path("hard_usd").decimalValue());
    assertEquals(BigDecimal.ZERO, set.body().path("spent_usd").decimalValue());

    assertEquals(set.body().path("changed"), budget("team/papers").path("changed"));
    assertTrue(finance.get("/admin/budgets").body().toString().contains("papers"));
    assertTrue(
        finance.get("/admin/costs?days=1").body().path("budgets").toString().contains("papers"));
    String csv = csv();
    assertTrue(csv.startsWith("scope,id,period,"), csv);
    assertTrue(csv.contains("\nteam,papers,monthly,"), csv);

    ApiResponse again =
        admin.send("PUT", "/admin/budgets/team/papers", "{\"period\": \"daily\", \"hard_usd\": 5}");
    assertEquals("daily", again.body().path("period").asText());
    assertEquals(200, admin.send("DELETE", "/admin/budgets/team/papers", "{}").status());
    assertEquals(
        "404 not_found_error budget_not_found id", admin.get("/admin/budgets/team/papers").error());
    assertEquals(
        "404 not_found_error budget_not_found id",
        admin.send("DELETE", "/admin/budgets/team/papers", "{}").error());

    JsonNode events = finance.get("/admin/budgets/events").body();
    assertEquals("intact", events.path("chain").asText());
    List<String> warned = new ArrayList<>();
    for (JsonNode event : events.path("events")) {
      if (event.path("about").asText().equals("team/papers")) {
        warned.add(event.path("type").asText() + " " + event.path("to").asText());
      }
    }
    assertEquals(
        List.of(
            "delete_budget none",
            "set_budget daily: hard 5 USD",
            "set_budget monthly: soft 80 USD, hard 100.5 USD"),
        warned);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "team/papers, `{\"period\": \"weekly\", \"hard_usd\": 1}`, 400 invalid_request_error"
            + " invalid_value period",
        "team/papers, `{\"hard_usd\": 1}`, 400 invalid_request_error missing_value period",
        "team/papers, `{\"period\": \"daily\"}`, 400 invalid_request_error missing_value hard_usd",
        "team/papers, `{\"period\": \"daily\", \"hard_usd\": 0}`, 400 invalid_request_error"
            + " invalid_value hard_usd",
        "team/papers, `{\"period\": \"daily\", \"hard_usd\": 1e99999999}`, 400"
            + " invalid_request_error invalid_value hard_usd",
        "team/papers, `{\"period\": \"daily\", \"hard_usd\": 1e-10}`, 400 invalid_request_error"
            + " invalid_value hard_usd",
        "team/papers, `{\"period\": \"daily\", \"hard_usd\": \"1\"}`, 400 invalid_request_error"
            + " invalid_value hard_usd",
        "team/papers, `{\"period\": \"daily\", \"hard_usd\": 1, \"soft_usd\": 2}`, 400"
            + " invalid_request_error invalid_value soft_usd",
        "team/papers, `{\"period\": \"daily\", \"hard\": 1}`, 400 invalid_request_error"
            + " unknown_name hard",
        "team/Papers!, `{\"period\": \"daily\", \"hard_usd\": 1}`, 400 invalid_request_error"
            + " invalid_value id",
        "user/alice, `{\"period\": \"daily\", \"hard_usd\": 1}`, 400 invalid_request_error"
            + " invalid_value scope",
        "prompt/unheard_of, `{\"period\": \"daily\", \"hard_usd\": 1}`, 404 not_found_error"
            + " prompt_not_found name",
        "key/key_01aaaaaaaaaaaaaaaaaaaaaaaa, `{\"period\": \"daily\", \"hard_usd\": 1}`, 404"
            + " not_found_error key_not_found id",
        "installation/some, `{\"period\": \"daily\", \"hard_usd\": 1}`, 400 invalid_request_error"
            + " invalid_value id",
      })
  void rejectsInvalidBudget(String budget, String body, String error) throws Exception {
    assertEquals(error, admin.send("PUT", "/admin/budgets/" + budget, body).error());
  }

  @Test
  void financeCanOnlyReadBudgets() throws Exception {
    ApiResponse set =
        finance.send("PUT", "/admin/budgets/team/x", "{\"period\": \"daily\", \"hard_usd\": 1}");

    assertEquals("403 permission_error role_missing null", set.error());
    assertEquals(200, finance.get("/admin/budgets").status());
  }

  @Test
  void hardLimitBlocksBothOfficialClients() throws Exception {
    String key = key("spent");
    set("team/spent", "{\"period\": \"monthly\", \"hard_usd\": 0.0001}");
    ApiResponse rejected = new ApiClient(cloud.url(), key).post("/v1/messages", messages("Hello?"));

    assertEquals("429 rate_limit_error budget_exceeded null", rejected.error());
    assertEquals("false", rejected.header("x-should-retry"));
    assertEquals("team/spent=0/0.0001", rejected.header("x-tollgate-budget"));
    assertEquals("0", rejected.header("x-tollgate-cost-usd"));
    long wait = Long.parseLong(rejected.header("retry-after"));
    assertTrue(wait > 0 && wait <= 31 * 86_400, () -> "retry-after: " + wait);
    String message = rejected.body().path("error").path("message").asText();
    assertTrue(message.contains("monthly budget left"), message);

    int before = rejections("spent");
    AnthropicClient anthropic =
        AnthropicOkHttpClient.builder()
            .baseUrl(cloud.url().toString())
            .apiKey(key)
            .maxRetries(3)
            .build();
    OpenAIClient openAi =
        OpenAIOkHttpClient.builder()
            .baseUrl(cloud.url().resolve("/v1").toString())
            .apiKey(key)
            .maxRetries(3)
            .build();
    try {
      assertThrows(
          com.anthropic.errors.RateLimitException.class,
          () ->
              anthropic
                  .messages()
                  .create(
                      MessageCreateParams.builder()
                          .model("claude-haiku-4-5")
                          .maxTokens(50)
                          .addUserMessage("Spent?")
                          .build()));
      assertThrows(
          com.openai.errors.RateLimitException.class,
          () ->
              openAi
                  .chat()
                  .completions()
                  .create(
                      ChatCompletionCreateParams.builder()
                          .model("gpt-5.4")
                          .addUserMessage("Spent?")
                          .build()));
    } finally {
      anthropic.close();
      openAi.close();
    }
    // Neither client retried, and no model was called.
    assertEquals(before + 2, rejections("spent"));
    assertTrue(!requests().contains("Spent?"));
  }

  @Test
  void softLimitWarnsWithoutBlocking() throws Exception {
    ApiClient invoke = new ApiClient(cloud.url(), key("soft"));
    set("team/soft", "{\"period\": \"daily\", \"soft_usd\": 0.00001}");
    ApiResponse first = invoke.post("/v1/messages", messages("First?"));
    ApiResponse second = invoke.post("/v1/messages", messages("Second?"));

    assertEquals(200, second.status(), second.body().toString());
    assertTrue(first.response().headers().firstValue("x-tollgate-budget").isEmpty());
    assertEquals(
        "team/soft=" + first.header("x-tollgate-cost-usd") + "/0.00001",
        second.header("x-tollgate-budget"));
    assertTrue(budget("team/soft").path("soft_reached_at").isTextual());
    assertEquals(recorded("soft"), budget("team/soft").path("spent_usd").decimalValue());
  }

  @Test
  void budgetAppliesToRotatedKey() throws Exception {
    JsonNode key =
        admin.post("/admin/keys", "{\"team\": \"keys\", \"roles\": [\"invoke\"]}").body();
    String id = key.path("id").asText();
    set("key/" + id, "{\"period\": \"daily\", \"hard_usd\": 0.0001}");
    JsonNode rotated = admin.post("/admin/keys/" + id + "/rotate", "{}").body();
    ApiResponse rejected =
        new ApiClient(cloud.url(), rotated.path("secret").asText())
            .post("/v1/messages", messages("Rotated?"));

    assertEquals("429 rate_limit_error budget_exceeded null", rejected.error());
    assertEquals(
        "400 invalid_request_error invalid_value id",
        admin
            .send(
                "PUT",
                "/admin/budgets/key/" + rotated.path("id").asText(),
                "{\"period\": \"daily\", \"hard_usd\": 1}")
            .error());
  }

  @Test
  void reservationOfKilledCallExpiresAndIsUnconfirmed() throws Exception {
    ApiClient invoke = new ApiClient(cloud.url(), key("killed"));
    set("team/killed", "{\"period\": \"monthly\", \"hard_usd\": 1}");
    assertEquals(200, retryUntilResponse(invoke, "Warm?"));
    String slow = messages("Slow " + UUID.randomUUID(), "claude-haiku-4-5+simulate=delay:5000");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ApiResponse>> killed = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        killed.add(threads.submit(() -> invoke.post("/v1/messages", slow)));
      }
      Eventually.get(
          () -> cloud.lambda().busyProcesses("invokeLlm").size(), working -> working == 2);
      Eventually.get(
          () -> budget("team/killed").path("reserved_usd").decimalValue(),
          reserved -> reserved.signum() > 0);
      cloud
          .lambda()
          .busyProcesses("invokeLlm")
          .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      for (Future<ApiResponse> each : killed) {
        assertEquals(502, each.get().status());
      }
    }
    JsonNode after =
        Eventually.get(
            () -> budget("team/killed"),
            it -> it.path("reserved_usd").decimalValue().signum() == 0);

    assertEquals(BigDecimal.ZERO, after.path("reserved_usd").decimalValue());
    assertTrue(after.path("unconfirmed_usd").decimalValue().signum() > 0, after.toString());
    assertEquals(recorded("killed"), after.path("spent_usd").decimalValue());
    assertEquals(200, retryUntilResponse(invoke, "After?"));
    JsonNode later = budget("team/killed");
    assertEquals(recorded("killed"), later.path("spent_usd").decimalValue());
    assertEquals(after.path("unconfirmed_usd"), later.path("unconfirmed_usd"));
  }

  @Test
  void timedOutCallIsRecordedWithEstimate() throws Exception {
    ApiClient invoke = new ApiClient(cloud.url(), key("hung"));
    set("team/hung", "{\"period\": \"daily\", \"hard_usd\": 1}");
    admin.post(
        "/admin/prompts/hanging/versions",
        "{\"content\": \"Be brief.\", \"model\": \"claude-haiku-4-5\", \"fallbacks\":"
            + " [\"gpt-4o\"]}");
    admin.post(
        "/admin/prompts/hanging/activate",
        "{\"version\": 1, \"force\": true, \"reason\": \"test\"}");
    assertEquals(200, retryUntilResponse(invoke, "Warm?"));
    new ApiClient(cloud.model().orElseThrow().url(), "x")
        .post(
            "/_simulate",
            "{\"behaviour\": \"timeout\", \"containing\": \"Hanging?\", \"times\": 1}");
    ApiResponse answer = invoke.post("/v1/prompts/hanging/invoke", "{\"input\": \"Hanging?\"}");

    assertEquals(200, answer.status(), answer.body().toString());
    assertEquals("gpt-4o", answer.body().path("model").asText());
    List<Map<String, AttributeValue>> records =
        records("hung").stream()
            .filter(it -> value(it, "call_id").s().equals(answer.header("x-tollgate-call-id")))
            .toList();
    assertEquals(2, records.size(), records.toString());
    Map<String, AttributeValue> hung =
        records.stream().filter(it -> it.containsKey("failure")).findFirst().orElseThrow();
    assertEquals("timeout", value(hung, "failure").s());
    assertEquals("claude-haiku-4-5", value(hung, "model").s());
    assertEquals("estimated", value(hung, "price_status").s());
    BigDecimal estimated = new BigDecimal(value(hung, "cost_usd").n());
    assertTrue(estimated.signum() > 0, hung.toString());
    JsonNode after = budget("team/hung");
    assertEquals(recorded("hung"), after.path("spent_usd").decimalValue());
    assertEquals(BigDecimal.ZERO, after.path("reserved_usd").decimalValue());
    assertEquals(BigDecimal.ZERO, after.path("unconfirmed_usd").decimalValue());
    JsonNode report =
        Eventually.get(
            () -> finance.get("/admin/costs?days=1&team=hung").body(),
            it -> it.path("attempts").asInt() == records("hung").size());
    assertEquals(0, estimated.compareTo(report.path("estimated_usd").decimalValue()));
  }

  @Test
  void commandSetsShowsListsAndDeletesBudgets() {
    CliRunner cli = new CliRunner(cloud, cloud.keys().admin(), CLONE);
    CliResult set = cli.run("budgets set team/typed --period daily --hard 12.5 --soft 10");
    assertEquals(0, set.exitCode(), set.toString());
    assertTrue(set.out().contains("hard limit   $12.50"), set.toString());
    assertTrue(cli.run("budgets list").out().contains("team/typed"));
    assertTrue(cli.run("costs").out().contains("team/typed"));
    assertEquals(0, cli.run("budgets show team/typed").exitCode());
    assertEquals(0, cli.run("budgets delete team/typed --reason test").exitCode());
    CliResult gone = cli.run("budgets show team/typed");
    assertEquals(1, gone.exitCode(), gone.toString());
    assertEquals(1, cli.run("budgets set typed --hard 1").exitCode());
  }

  /** The first call of a new function may time out. */
  private static int retryUntilResponse(ApiClient invoke, String text) throws Exception {
    return Eventually.get(
        () -> invoke.post("/v1/messages", messages(text)).status(), status -> status == 200);
  }

  private String key(String team) throws IOException, InterruptedException {
    return admin
        .post("/admin/keys", "{\"team\": \"%s\", \"roles\": [\"invoke\"]}".formatted(team))
        .body()
        .path("secret")
        .asText();
  }

  private void set(String budget, String terms) throws IOException, InterruptedException {
    ApiResponse set = admin.send("PUT", "/admin/budgets/" + budget, terms);
    assertEquals(200, set.status(), set.body().toString());
  }

  private JsonNode budget(String budget) throws IOException, InterruptedException {
    return finance.get("/admin/budgets/" + budget).body();
  }

  private String csv() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(cloud.url().resolve("/admin/budgets?format=csv"))
            .header("x-api-key", cloud.keys().finance())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  private static String messages(String text) {
    return messages(text, "claude-haiku-4-5");
  }

  private static String messages(String text, String model) {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("model", model).put("max_tokens", 50);
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    return body.toString();
  }

  private String requests() throws IOException, InterruptedException {
    return new ApiClient(cloud.model().orElseThrow().url(), "x")
        .get("/_requests")
        .body()
        .toString();
  }

  private List<Map<String, AttributeValue>> records(String team) {
    return cloud
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName("tollgate-CallsTable").consistentRead(true))
        .items()
        .stream()
        .filter(item -> value(item, "team").s().equals(team))
        .toList();
  }

  private int rejections(String team) {
    return Math.toIntExact(
        records(team).stream()
            .filter(item -> item.containsKey("failure") && item.get("failure").s().equals("budget"))
            .count());
  }

  private BigDecimal recorded(String team) {
    return records(team).stream()
        .map(item -> new BigDecimal(value(item, "cost_usd").n()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static AttributeValue value(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name);
  }
}
