package dev.tollgate.endtoend.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cache.TestRedis;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The semantic cache, end to end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SemanticCacheIT {
  private static final List<String> CITIES =
      List.of(
          "Berlin",
          "Paris",
          "Rome",
          "Madrid",
          "Vienna",
          "Prague",
          "Warsaw",
          "Lisbon",
          "Dublin",
          "Athens",
          "Oslo",
          "Helsinki",
          "Zurich",
          "Munich",
          "Milan",
          "Porto",
          "Seville",
          "Naples",
          "Turin",
          "Geneva",
          "Basel",
          "Krakow",
          "Gdansk",
          "Bergen");

  private static final String ASKED = "How do I reset my password for the portal?";
  private static final String SIMILAR = "How can I reset my password for the portal?";

  private final LocalCloud cloud;
  private final TestRedis redis;
  private final ApiClient admin;
  private final ApiClient search;
  private final ApiClient sales;

  SemanticCacheIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("semantic");
    redis = new TestRedis(cloud.engines().redis().url(), Duration.ofSeconds(10));
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    search = new ApiClient(cloud.url(), Keys.create(cloud.lambda(), "search", "preview"));
    sales = new ApiClient(cloud.url(), Keys.create(cloud.lambda(), "sales", "invoke"));
  }

  @BeforeAll
  void activatePrompts() throws Exception {
    activate("claude", "claude-haiku-4-5", true);
    activate("gpt", "gpt-4o", true);
    activate("off", "claude-haiku-4-5", false);
  }

  private void activate(String name, String model, boolean semantic) throws Exception {
    ObjectNode version =
        ApiClient.JSON
            .createObjectNode()
            .put("content", "Answer from the context: {{context}}")
            .put("model", model)
            .put("temperature", 0);
    if (semantic) {
      version.putObject("semantic").put("threshold", new BigDecimal("0.75"));
    }
    TestClouds.activate(cloud, name, version);
  }

  @AfterAll
  void stop() {
    redis.close();
    cloud.close();
  }

  @ParameterizedTest
  @CsvSource({"/v1/messages, claude", "/v1/chat/completions, gpt"})
  void servesParaphrase(String route, String prompt) throws Exception {
    ApiResponse first = ask(search, route, prompt, ASKED, "{}");
    ApiResponse second = ask(search, route, prompt, SIMILAR, "{}");

    assertEquals("none", first.header("x-tollgate-cache"));
    assertEquals("semantic", second.header("x-tollgate-cache"));
    BigDecimal similarity = new BigDecimal(second.header("x-tollgate-similarity"));
    assertTrue(similarity.compareTo(new BigDecimal("0.75")) >= 0, similarity.toString());
    assertEquals("", first.header("x-tollgate-similarity"));
    assertEquals(first.body(), second.body());
    assertEquals("0", second.header("x-tollgate-cost-usd"));
    assertEquals(first.header("x-tollgate-cost-usd"), second.header("x-tollgate-avoided-cost-usd"));
    assertEquals(first.header("x-tollgate-cache-key"), second.header("x-tollgate-cache-key"));
    assertTrue(Long.parseLong(second.header("age")) >= 0);
    ApiResponse streamed =
        ask(
            search,
            route,
            prompt,
            "how can I reset my password for the portal",
            "{\"stream\": true}");
    assertEquals("semantic", streamed.header("x-tollgate-cache"));
    assertTrue(streamed.body().isTextual(), streamed.body().toString());
    assertEquals("none", ask(sales, route, prompt, SIMILAR, "{}").header("x-tollgate-cache"));
  }

  @Test
  void nearMissIsNotServedAndDebugHeaderShowsReason() throws Exception {
    String one = "What is the total of invoice 17 from the supplier in March?";
    String other = "What is the total of invoice 71 from the supplier in March?";
    ask(search, "/v1/messages", "claude", one, "{}");
    ApiResponse miss =
        ask(search, "/v1/messages", "claude", other, "{}", "x-tollgate-debug", "semantic");

    assertEquals("none", miss.header("x-tollgate-cache"));
    assertEquals("numbers", miss.header("x-tollgate-veto"));
    assertTrue(new BigDecimal(miss.header("x-tollgate-nearest")).doubleValue() > 0.75);
    assertEquals(
        "", ask(search, "/v1/messages", "claude", other + "?", "{}").header("x-tollgate-nearest"));
    assertEquals(
        403,
        sales
            .post(
                "/v1/messages", body(one, "{}"), headers("claude", "x-tollgate-debug", "semantic"))
            .status());
    assertEquals(
        "400 invalid_request_error invalid_value x-tollgate-debug",
        search
            .post("/v1/messages", body(one, "{}"), headers("claude", "x-tollgate-debug", "all"))
            .error());
  }

  @Test
  void isOffByDefault() throws Exception {
    ask(search, "/v1/messages", "off", ASKED, "{}");
    assertEquals(
        "none", ask(search, "/v1/messages", "off", SIMILAR, "{}").header("x-tollgate-cache"));
    assertTrue(admin.get("/admin/prompts/off/active").body().path("semantic").isMissingNode());
    assertEquals(
        "{\"threshold\":0.75}",
        admin.get("/admin/prompts/claude/active").body().path("semantic").toString());
  }

  /** An attacker with write access to Redis moves entries of one team to another. */
  @Test
  void movedEntriesAreNotServed() throws Exception {
    ask(search, "/v1/messages", "claude", "When does the warehouse open on Mondays?", "{}");
    ask(sales, "/v1/messages", "claude", "Is there a warehouse?", "{}");
    Iterator<String> cities = CITIES.iterator();
    for (String target : redis.keys("tollgate:questions:sales:*")) {
      for (String source : redis.keys("tollgate:questions:search:*")) {
        // A city of its own, so that no answer of the team itself is near.
        String question = "When does the warehouse in %s open on Monday".formatted(cities.next());
        ask(search, "/v1/messages", "claude", question + "s?", "{}");
        redis.copyStream(source, target);
        assertEquals(
            "none",
            sales
                .post(
                    "/v1/messages",
                    body(question + "?", "{}"),
                    headers("claude", "cache-control", "max-age=0"))
                .header("x-tollgate-cache"));
      }
    }
  }

  @Test
  void costReportSeparatesSemanticHits() throws Exception {
    String question = "Which colour has the door of the office in Hamburg?";
    JsonNode before = TestClouds.settledReport(cloud).path("response_cache");
    ApiResponse first = ask(search, "/v1/messages", "claude", question, "{}");
    ask(search, "/v1/messages", "claude", question, "{}");
    ask(search, "/v1/messages", "claude", question + "!", "{}");
    JsonNode report = TestClouds.settledReport(cloud);
    JsonNode after = report.path("response_cache");

    assertEquals(1, more(after, before, "exact_calls").intValueExact());
    assertEquals(1, more(after, before, "semantic_calls").intValueExact());
    BigDecimal cost = new BigDecimal(first.header("x-tollgate-cost-usd"));
    assertEquals(0, cost.compareTo(more(after, before, "exact_savings_usd")));
    assertEquals(0, cost.compareTo(more(after, before, "semantic_savings_usd")));
    assertEquals(
        0,
        report
            .path("cache_savings")
            .decimalValue()
            .compareTo(
                after
                    .path("exact_savings_usd")
                    .decimalValue()
                    .add(after.path("semantic_savings_usd").decimalValue())));
    JsonNode call =
        new ApiClient(cloud.url(), cloud.keys().finance())
            .get("/admin/costs/calls?days=1&cache=semantic&limit=1")
            .body()
            .path("calls")
            .path(0);
    assertEquals(first.header("x-tollgate-call-id"), call.path("answered_by").asText());
    assertEquals(0, BigDecimal.ONE.compareTo(call.path("similarity").decimalValue()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "semantic.threshold | {\"threshold\": 0.4}",
        "semantic.threshold | {\"threshold\": 1.1}",
        "semantic.threshold | {\"threshold\": 0.99999}",
        "semantic.threshold | {\"threshold\": \"high\"}",
        "semantic.ttl | {\"ttl\": 60}",
        "semantic.ttl | {\"ttl\": \"31d\"}",
        "semantic.ttl | {\"ttl\": \"soon\"}",
        "semantic.variable | {\"variable\": \"missing\"}",
        "semantic.variable | {\"variable\": \"context\"}",
        "semantic.variable | {}",
        "semantic | true"
      })
  void rejectsInvalidSettings(String field, String semantic) throws Exception {
    String version =
        """
        {"content": [{"role": "user", "content": "{{context}} {{question}}"}],
         "model": "claude-haiku-4-5", "variables": {"context": "document"}, "semantic": %s}
        """;

    assertEquals(
        "400 invalid_request_error invalid_value " + field,
        admin.post("/admin/prompts/refused/versions", version.formatted(semantic)).error());
    assertEquals(404, admin.get("/admin/prompts/refused").status());
  }

  private static BigDecimal more(JsonNode after, JsonNode before, String field) {
    return after.path(field).decimalValue().subtract(before.path(field).decimalValue());
  }

  private ApiResponse ask(
      ApiClient team,
      String route,
      String prompt,
      String question,
      String others,
      String... headers)
      throws Exception {
    ApiResponse response = team.post(route, body(question, others), headers(prompt, headers));
    assertEquals(200, response.status(), response.body().toString());
    return response;
  }

  private static String[] headers(String prompt, String... others) {
    List<String> headers =
        new ArrayList<>(
            List.of(
                "x-tollgate-prompt",
                prompt,
                "x-tollgate-variables",
                "{\"context\": \"The portal has a button for it. The door is red.\"}"));
    headers.addAll(List.of(others));
    return headers.toArray(String[]::new);
  }

  private static String body(String question, String others) throws IOException {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("model", "any").put("max_tokens", 1024);
    body.putArray("messages").addObject().put("role", "user").put("content", question);
    return body.setAll((ObjectNode) ApiClient.JSON.readTree(others)).toString();
  }
}
