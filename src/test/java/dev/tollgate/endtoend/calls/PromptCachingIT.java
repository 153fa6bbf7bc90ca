package dev.tollgate.endtoend.calls;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Prompt caches of providers: breakpoints, cache reads and writes, and their records. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PromptCachingIT {
  /** Caches prefixes of at least 512 tokens. */
  private static final String CLAUDE = "claude-haiku-5-5";

  private final LocalCloud cloud;
  private final ApiClient admin;
  private final ApiClient invoke;
  private final ApiClient finance;

  PromptCachingIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("prompt-caching");
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    finance = new ApiClient(cloud.url(), cloud.keys().finance());
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void responsesRecordsAndReportsSeparateCacheWritesAndReads() throws Exception {
    prompt("rules", CLAUDE, longText() + "{{topic}}", "5m", "{\"topic\": \"string\"}");
    ApiResponse cold = call("rules", "{\"topic\": \"a\"}");
    ApiResponse warm = call("rules", "{\"topic\": \"b\"}");

    JsonNode written = cold.body().path("usage");
    JsonNode read = warm.body().path("usage");
    assertTrue(written.path("cache_write_5m_tokens").asInt() >= 512, written.toString());
    assertEquals(0, written.path("cache_read_tokens").asInt());
    assertEquals(written.path("cache_write_5m_tokens"), read.path("cache_read_tokens"));
    assertEquals(0, read.path("cache_write_5m_tokens").asInt());
    for (ApiResponse response : List.of(cold, warm)) {
      JsonNode usage = response.body().path("usage");
      Map<String, AttributeValue> record = record(response);
      usage
          .properties()
          .forEach(each -> assertEquals(each.getValue().asText(), number(record, each.getKey())));
      assertEquals(0, cost(response).compareTo(new BigDecimal(number(record, "cost_usd"))));
    }
    assertTrue(cost(warm).compareTo(cost(cold)) < 0, cost(warm) + " of " + cost(cold));
    BigDecimal both = cost(cold).add(cost(warm));
    BigDecimal reported =
        Eventually.get(
            () -> reported("/v1/prompts/rules/invoke"), cost -> cost.compareTo(both) == 0);
    assertEquals(0, reported.compareTo(both), reported + " of " + both);
  }

  @Test
  void headerOmitsCacheBreakpoints() throws Exception {
    prompt("plain", CLAUDE, longText() + "{{topic}}", "1h", "{\"topic\": \"string\"}");
    ApiResponse without = call("plain", "{\"topic\": \"a\"}", "x-tollgate-prompt-caching", "off");
    ApiResponse with = call("plain", "{\"topic\": \"b\"}", "x-tollgate-prompt-caching", "on");

    assertEquals("off", without.header("x-tollgate-prompt-caching"));
    assertEquals(0, without.body().path("usage").path("cache_write_1h_tokens").asInt());
    assertEquals("", with.header("x-tollgate-prompt-caching"));
    assertTrue(with.body().path("usage").path("cache_write_1h_tokens").asInt() > 512);
    assertEquals(
        "400 invalid_request_error invalid_value x-tollgate-prompt-caching",
        invoke
            .post(
                "/v1/prompts/plain/invoke",
                question("{\"topic\": \"c\"}"),
                "x-tollgate-prompt-caching",
                "no")
            .error());
  }

  @Test
  void messagesApiSetsCacheBreakpoints() throws Exception {
    prompt("api", CLAUDE, longText() + "{{topic}}", "5m", "{\"topic\": \"string\"}");
    ObjectNode body = ApiClient.JSON.createObjectNode().put("model", "any").put("max_tokens", 9);
    body.putArray("messages").addObject().put("role", "user").put("content", "What?");
    String[] named = {"x-tollgate-prompt", "api", "x-tollgate-variables", "{\"topic\": \"a\"}"};
    String[] off = {
      "x-tollgate-prompt",
      "api",
      "x-tollgate-variables",
      "{\"topic\": \"a\"}",
      "x-tollgate-prompt-caching",
      "off"
    };

    ApiResponse without = invoke.post("/v1/messages", body.toString(), off);
    assertEquals("off", without.header("x-tollgate-prompt-caching"));
    assertEquals(0, without.body().path("usage").path("cache_creation_input_tokens").asInt());
    ApiResponse with = invoke.post("/v1/messages", body.toString(), named);
    assertTrue(with.body().path("usage").path("cache_creation_input_tokens").asInt() > 512);
  }

  @Test
  void documentsAreCached() throws Exception {
    prompt(
        "documents",
        CLAUDE,
        "Answer briefly. {{manual}} {{topic}}",
        "off",
        "{\"manual\": {\"type\": \"document\", \"cache\": true}, \"topic\": \"string\"}");
    String manual = longText();
    JsonNode first = call("documents", variables(manual, "a")).body().path("usage");
    JsonNode second = call("documents", variables(manual, "b")).body().path("usage");
    JsonNode small = call("documents", variables("A short manual.", "a")).body().path("usage");

    assertTrue(first.path("cache_write_5m_tokens").asInt() > 512, first.toString());
    assertEquals(first.path("cache_write_5m_tokens"), second.path("cache_read_tokens"));
    assertEquals(0, small.path("cache_write_5m_tokens").asInt());
  }

  @Test
  void hasAtMostFourCacheBreakpointsOfOneLifetime() throws Exception {
    prompt(
        "four",
        CLAUDE,
        longText() + "{{a}}{{b}}{{c}}{{topic}}",
        "1h",
        "{\"a\": {\"type\": \"document\", \"cache\": true},"
            + " \"b\": {\"type\": \"document\", \"cache\": true},"
            + " \"c\": {\"type\": \"document\", \"cache\": true}, \"topic\": \"string\"}");
    String topic = UUID.randomUUID().toString();
    call("four", "{\"a\": \"A.\", \"b\": \"B.\", \"c\": \"C.\", \"topic\": \"" + topic + "\"}");

    assertEquals(List.of("1h", "1h", "1h", "1h"), sent(topic).findValuesAsText("ttl"));
    ObjectNode five = version(CLAUDE, "{{a}}", "5m");
    for (String name : List.of("a", "b", "c", "d")) {
      five.withObject("variables").putObject(name).put("type", "document").put("cache", true);
    }
    assertEquals(400, admin.post("/admin/prompts/four/versions", five.toString()).status());
  }

  @Test
  void shortPromptsHaveNoCacheBreakpoint() throws Exception {
    prompt("short", CLAUDE, "Be brief. {{topic}}", "5m", "{\"topic\": \"string\"}");
    String topic = UUID.randomUUID().toString();
    call("short", "{\"topic\": \"" + topic + "\"}");

    assertEquals("Be brief. " + topic, sent(topic).path("system").asText());
  }

  @Test
  void automaticCachingOfOpenAiIsPriced() throws Exception {
    prompt("chat", "gpt-5.4", longText().repeat(3) + "{{topic}}", "off", "{\"topic\": \"string\"}");
    ApiResponse cold = call("chat", "{\"topic\": \"a\"}");
    ApiResponse warm = call("chat", "{\"topic\": \"b\"}");

    long prompt = cold.body().path("usage").path("input_tokens").asLong();
    long read = warm.body().path("usage").path("cache_read_tokens").asLong();
    assertEquals(0, cold.body().path("usage").path("cache_read_tokens").asLong());
    assertTrue(read >= 1024, warm.body().toString());
    assertEquals(prompt, read + warm.body().path("usage").path("input_tokens").asLong());
    assertEquals(Long.toString(read), number(record(warm), "cache_read_tokens"));
    assertTrue(cost(warm).compareTo(cost(cold)) < 0, cost(warm) + " of " + cost(cold));
  }

  /** About 700 unique tokens. */
  private static String longText() {
    return UUID.randomUUID() + ". " + "Answer in one sentence. ".repeat(85);
  }

  private static String variables(String manual, String topic) {
    return ApiClient.JSON.createObjectNode().put("manual", manual).put("topic", topic).toString();
  }

  private static ObjectNode version(String model, String text, String caching) {
    return ApiClient.JSON
        .createObjectNode()
        .put("content", text)
        .put("model", model)
        .put("prompt_caching", caching);
  }

  private void prompt(String name, String model, String text, String caching, String variables)
      throws Exception {
    ObjectNode version = version(model, text, caching);
    version.set("variables", ApiClient.JSON.readTree(variables));
    TestClouds.activate(cloud, name, version);
  }

  private static String question(String variables) throws IOException {
    return ApiClient.JSON
        .createObjectNode()
        .put("input", "What?")
        .<ObjectNode>set("variables", ApiClient.JSON.readTree(variables))
        .toString();
  }

  private ApiResponse call(String prompt, String variables, String... headers) throws Exception {
    ApiResponse response =
        invoke.post("/v1/prompts/" + prompt + "/invoke", question(variables), headers);
    assertEquals(200, response.status(), response.body().toString());
    return response;
  }

  private BigDecimal reported(String endpoint) throws Exception {
    JsonNode report = finance.get("/admin/costs?days=1").body();
    return StreamSupport.stream(report.path("by_endpoint").spliterator(), false)
        .filter(each -> each.path("endpoint").asText().equals(endpoint))
        .map(each -> each.path("cost").decimalValue())
        .findFirst()
        .orElse(BigDecimal.ZERO);
  }

  private static BigDecimal cost(ApiResponse response) {
    return response.body().path("cost_usd").decimalValue();
  }

  /** The record of the call in the log. */
  private Map<String, AttributeValue> record(ApiResponse response) {
    String id = response.body().path("call_id").asText();
    return cloud
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName("tollgate-CallsTable").consistentRead(true))
        .items()
        .stream()
        .filter(record -> id.equals(requireNonNull(record.get("call_id")).s()))
        .findFirst()
        .orElseThrow();
  }

  private static String number(Map<String, AttributeValue> record, String field) {
    return requireNonNull(record.get(field), field).n();
  }

  /** The request with a text that the provider received. */
  private JsonNode sent(String text) throws Exception {
    JsonNode log = new ApiClient(cloud.model().orElseThrow().url(), "x").get("/_requests").body();
    return StreamSupport.stream(log.path("requests").spliterator(), false)
        .map(request -> request.path("body"))
        .filter(body -> body.toString().contains(text))
        .findFirst()
        .orElseThrow();
  }
}
