package dev.tollgate.endtoend.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Models that fail, are overloaded, are retired, or reject requests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProviderTroubleIT {
  private final LocalCloud cloud;
  private final ApiClient invoke;
  private final ApiClient admin;
  private final ApiClient model;

  ProviderTroubleIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("trouble");
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    model = new ApiClient(cloud.model().orElseThrow().url(), "x");
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"429:1", "500", "504", "529"})
  void transientFailureIsRetried(String trouble) throws Exception {
    String text = "Trouble? " + UUID.randomUUID();
    simulate(trouble, 1);
    ApiResponse answer = invoke.post("/v1/messages", messages("claude-haiku-4-5", text));

    assertEquals(200, answer.status(), answer.body().toString());
    assertEquals(2, requestCount(text));
    CallRecord record = only(records(answer));
    assertEquals(CallRecord.Status.OK, record.status());
    assertTrue(record.finalAttempt());
    assertEquals(new BigDecimal(answer.header("x-tollgate-cost-usd")), record.cost());
  }

  @Test
  void retriesAfterConnectionReset() throws Exception {
    String text = "Cut? " + UUID.randomUUID();
    simulate("cut-stream", 1);
    ApiResponse answer = invoke.post("/v1/messages", messages("claude-haiku-4-5", text));

    assertEquals(200, answer.status(), answer.body().toString());
    assertEquals(2, requestCount(text));
    List<CallRecord> records = records(answer);
    assertEquals(2, records.size(), records.toString());
    CallRecord cut = only(records.stream().filter(record -> !record.finalAttempt()).toList());
    assertEquals(Optional.of("unreachable"), cut.failure());
    assertEquals(Price.Status.ESTIMATED, cut.priceStatus());
    assertTrue(cut.usage().input() > 0 && cut.usage().output() == 0, cut.toString());
    assertEquals(new BigDecimal(answer.header("x-tollgate-cost-usd")), cost(records));
  }

  @Test
  void longRateLimitIsReturnedAtOnce() throws Exception {
    String text = "Limited? " + UUID.randomUUID();
    ApiResponse answer =
        invoke.post("/v1/messages", messages("claude-haiku-4-5+simulate=429:3600", text));

    assertEquals("429 rate_limit_error provider_declined null", answer.error());
    assertEquals("3600", answer.header("retry-after"));
    assertEquals(1, requestCount(text));
    assertEquals(Optional.of("rate_limit_error"), only(records(answer)).failure());
  }

  @Test
  void interruptedCallIsBilledAndRetried() throws Exception {
    simulate("stream-error", 1);
    String callId;
    BigDecimal cost;
    AnthropicClient client =
        AnthropicOkHttpClient.builder()
            .baseUrl(cloud.url().toString())
            .apiKey(cloud.keys().invoke())
            .maxRetries(0)
            .build();
    try (HttpResponseFor<StreamResponse<RawMessageStreamEvent>> response =
        client
            .messages()
            .withRawResponse()
            .createStreaming(
                MessageCreateParams.builder()
                    .model("claude-haiku-4-5")
                    .maxTokens(100)
                    .addUserMessage("Broken? " + UUID.randomUUID())
                    .build())) {
      callId = response.headers().values("x-tollgate-call-id").getFirst();
      cost = new BigDecimal(response.headers().values("x-tollgate-cost-usd").getFirst());
    } finally {
      client.close();
    }
    List<CallRecord> records = records(callId);

    assertEquals(2, records.size());
    assertEquals(1, records.stream().filter(CallRecord::finalAttempt).count());
    assertEquals(
        Set.of(CallRecord.Status.OK, CallRecord.Status.ERROR),
        records.stream().map(CallRecord::status).collect(Collectors.toSet()));
    assertTrue(records.stream().allMatch(record -> record.usage().input() > 0));
    assertEquals(0, cost.compareTo(cost(records)));
    assertLedgerAgrees();
  }

  /** The report counts calls by their final records, and tokens and costs of all records. */
  private void assertLedgerAgrees() throws Exception {
    List<CallRecord> all = items();
    BigDecimal cost = cost(all);
    ApiClient finance = new ApiClient(cloud.url(), cloud.keys().finance());
    JsonNode report =
        Eventually.get(
            () -> finance.get("/admin/costs?days=30").body(),
            it -> it.path("total_usd").decimalValue().compareTo(cost) == 0);

    assertEquals(0, cost.compareTo(report.path("total_usd").decimalValue()), report.toString());
    assertEquals(
        all.stream().filter(CallRecord::finalAttempt).count(), report.path("total_calls").asLong());
    assertEquals(
        all.stream().mapToLong(record -> record.usage().input() + record.usage().output()).sum(),
        report.path("total_tokens").asLong());
  }

  @Test
  void circuitBreakerFailsFast() throws Exception {
    ApiResponse suspended;
    try {
      simulate("529", Integer.MAX_VALUE);
      suspended =
          Eventually.get(
              () -> invoke.post("/v1/messages", messages("claude-haiku-4-5", "Down?")),
              answer -> answer.status() != 529);
      assertEquals("503 overloaded_error provider_suspended null", suspended.error());
      assertTrue(Integer.parseInt(suspended.header("retry-after")) > 0);
      assertEquals(Optional.of("suspended"), only(records(suspended)).failure());
      // The other provider works.
      assertEquals(
          200,
          invoke.post("/v1/chat/completions", messages("gpt-4o+simulate=delay:1", "Up?")).status());
    } finally {
      model.send("DELETE", "/_simulate", "");
    }
    String text = "Back? " + UUID.randomUUID();
    ApiResponse back =
        Eventually.get(
            () -> invoke.post("/v1/messages", messages("claude-haiku-4-5", text)),
            answer -> answer.status() != 503);

    assertEquals(200, back.status(), back.body().toString());
    assertEquals(1, requestCount(text));
  }

  @Test
  void fallsBackAndNamesModel() throws Exception {
    register("falling", "claude-haiku-4-5+simulate=529", "gpt-4o");
    String body = ApiClient.JSON.createObjectNode().put("input", "Falling?").toString();
    ApiResponse answer = invoke.post("/v1/prompts/falling/invoke", body);

    assertEquals(200, answer.status(), answer.body().toString());
    assertEquals("gpt-4o", answer.body().path("model").asText());
    assertEquals("claude-haiku-4-5+simulate=529", answer.body().path("requested_model").asText());
    CallRecord record = only(records(answer));
    assertEquals("openai", record.provider());
    assertEquals("gpt-4o", record.model());
    assertTrue(record.priceId().startsWith("openai/gpt-4o@"), record.toString());
    assertEquals(
        "none", invoke.post("/v1/prompts/falling/invoke", body).header("x-tollgate-cache"));
    // A client of the Messages API cannot parse responses of gpt-4o.
    assertEquals(
        529,
        invoke
            .post("/v1/messages", messages("any", "Falling?"), "x-tollgate-prompt", "falling")
            .status());
  }

  private void register(String name, String model, String fallback) throws Exception {
    ObjectNode version =
        ApiClient.JSON
            .createObjectNode()
            .put("content", "Be brief.")
            .put("model", model)
            .put("temperature", 0);
    version.putArray("fallbacks").add(fallback);
    TestClouds.activate(cloud, name, version);
    assertEquals(
        version.path("fallbacks"),
        admin.get("/admin/prompts/" + name + "/active").body().path("fallbacks"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\"gpt-4o\"`",
        "`[\"\"]`",
        "`[7]`",
        "`[\"claude-haiku-4-5\"]`",
        "`[\"gpt-4o\", \"gpt-4o\"]`",
        "`[\"a\", \"b\", \"c\", \"d\"]`"
      })
  void rejectsInvalidFallbacks(String fallbacks) throws Exception {
    assertEquals(
        "400 invalid_request_error invalid_value fallbacks",
        admin
            .post(
                "/admin/prompts/never/versions",
                "{\"content\": \"x\", \"model\": \"claude-haiku-4-5\", \"fallbacks\": %s}"
                    .formatted(fallbacks))
            .error());
  }

  @Test
  void dropsUnsupportedFieldsAndNamesThem() throws Exception {
    String body =
        messages("claude-opus-5", "Dropped? " + UUID.randomUUID())
            .replace("\"max_tokens\"", "\"temperature\":0,\"top_k\":3,\"max_tokens\"");
    ApiResponse first = invoke.post("/v1/messages", body);
    ApiResponse second = invoke.post("/v1/messages", body);

    assertEquals(200, first.status(), first.body().toString());
    assertEquals("temperature,top_k", first.header("x-tollgate-dropped"));
    assertEquals("exact", second.header("x-tollgate-cache"));
    assertEquals("temperature,top_k", second.header("x-tollgate-dropped"));
  }

  @Test
  void retiredModelIsRejectedWithSuccessor() throws Exception {
    ApiResponse answer = invoke.post("/v1/messages", messages("claude-opus-4-1", "Retired?"));

    assertEquals("400 invalid_request_error model_retired model", answer.error());
    assertEquals(
        "The model claude-opus-4-1 was retired on 2026-08-05. Use claude-opus-4-8.",
        answer.body().path("error").path("message").asText());
  }

  private static String messages(String model, String text) {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("model", model).put("max_tokens", 50);
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    return body.toString();
  }

  private void simulate(String behaviour, int times) throws IOException, InterruptedException {
    model.post(
        "/_simulate",
        ApiClient.JSON
            .createObjectNode()
            .put("behaviour", behaviour)
            .put("times", times)
            .toString());
  }

  private long requestCount(String text) throws IOException, InterruptedException {
    return model.get("/_requests").body().findValues("body").stream()
        .filter(body -> body.toString().contains(text))
        .count();
  }

  private List<CallRecord> records(ApiResponse answer) {
    return records(answer.header("x-tollgate-call-id"));
  }

  private List<CallRecord> records(String callId) {
    return items().stream().filter(it -> it.callId().value().equals(callId)).toList();
  }

  private List<CallRecord> items() {
    return cloud
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName("tollgate-CallsTable").consistentRead(true))
        .items()
        .stream()
        .map(ProviderTroubleIT::record)
        .toList();
  }

  private static CallRecord record(Map<String, AttributeValue> item) {
    ObjectNode json = ApiClient.JSON.createObjectNode();
    item.forEach(
        (name, value) -> {
          switch (value.type()) {
            case BOOL -> json.put(name, value.bool());
            case N -> json.put(name, new BigDecimal(value.n()));
            default -> json.put(name, value.s());
          }
        });
    return CallRecordJson.read(json);
  }

  private static <T> T only(List<T> list) {
    assertEquals(1, list.size(), list.toString());
    return list.getFirst();
  }

  private static BigDecimal cost(List<CallRecord> records) {
    return records.stream().map(CallRecord::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
