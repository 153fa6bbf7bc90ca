package dev.tollgate.endtoend.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cache.TestRedis;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A team cannot get cached answers of another team. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IsolationIT {
  private final LocalCloud cloud;
  private final TestRedis redis;
  private final String searchKey;
  private final String salesKey;
  private final ApiClient search;
  private final ApiClient sales;

  IsolationIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("isolation");
    redis = new TestRedis(cloud.engines().redis().url(), Duration.ofSeconds(10));
    searchKey = Keys.create(cloud.lambda(), "search", "invoke");
    salesKey = Keys.create(cloud.lambda(), "sales", "invoke");
    search = new ApiClient(cloud.url(), searchKey);
    sales = new ApiClient(cloud.url(), salesKey);
  }

  @BeforeAll
  void activatePrompts() throws Exception {
    for (String scope : List.of("team", "user", "shared")) {
      ObjectNode version =
          ApiClient.JSON
              .createObjectNode()
              .put("content", "Answer from the context: {{context}}")
              .put("model", "claude-haiku-4-5")
              .put("temperature", 0)
              .put("cache_scope", scope);
      TestClouds.activate(cloud, scope, version);
    }
  }

  @AfterAll
  void stop() {
    redis.close();
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/messages", "/v1/chat/completions"})
  void equalRequestsOfTwoTeamsAreSeparate(String route) throws Exception {
    String body = body(route, "Equal? " + UUID.randomUUID());

    assertEquals("none", cache(search.post(route, body)));
    assertEquals("exact", cache(search.post(route, body)));
    assertEquals("none", cache(sales.post(route, body)));
    assertEquals("exact", cache(sales.post(route, body)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/messages", "/v1/chat/completions"})
  void noHeaderOpensEntryOfAnotherTeam(String route) throws Exception {
    String body = body(route, "By header? " + UUID.randomUUID());
    String digest = search.post(route, body).header("x-tollgate-cache-key");
    ApiResponse response =
        sales.post(
            route,
            body,
            "x-tollgate-cache-key",
            digest,
            "x-tollgate-team",
            "search",
            "x-tollgate-user",
            "search",
            "x-tollgate-cache-scope",
            "shared",
            "x-tollgate-key-id",
            "key_search",
            "x-amzn-oidc-identity",
            "search");

    assertEquals("none", cache(response));
    assertNotEquals(digest, response.header("x-tollgate-cache-key"));
  }

  /** A request with both key headers: only the verified one counts. */
  @Test
  void verifiedKeyDecides() throws Exception {
    String body = body("/v1/messages", "By key? " + UUID.randomUUID());
    search.post("/v1/messages", body);

    assertEquals(
        "none",
        cache(sales.post("/v1/messages", body, "authorization", "Bearer " + searchKey + "x")));
    assertEquals(
        401,
        new ApiClient(cloud.url(), searchKey.substring(0, searchKey.length() - 1) + "!")
            .post("/v1/messages", body)
            .status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/messages | {\"metadata\": {\"user_id\": \"search\"}}",
        "/v1/messages | {\"metadata\": {\"user_id\": \"u\", \"team\": \"search\"}}",
        "/v1/messages | {\"team\": \"search\", \"audience\": \"*\"}",
        "/v1/chat/completions | {\"user\": \"search\"}",
        "/v1/chat/completions | {\"safety_identifier\": \"search\"}",
        "/v1/chat/completions | {\"metadata\": {\"team\": \"search\"}}"
      })
  void noBodyFieldOpensEntryOfAnotherTeam(String route, String claim) throws Exception {
    ObjectNode body = object(body(route, "By body? " + UUID.randomUUID()));
    body.setAll(object(claim));
    assertEquals("none", cache(search.post(route, body.toString())));
    assertEquals("exact", cache(search.post(route, body.toString())));

    assertEquals("none", cache(sales.post(route, body.toString())));
  }

  @Test
  void cacheScopeLimitsWhoSharesAnswers() throws Exception {
    String context = "A sector holds 512 bytes. " + UUID.randomUUID();

    assertEquals("none", cacheStatus(search, "team", context, "alice"));
    assertEquals("exact", cacheStatus(search, "team", context, "bob"));
    assertEquals("none", cacheStatus(sales, "team", context, "alice"));

    assertEquals("none", cacheStatus(search, "user", context, "alice"));
    assertEquals("exact", cacheStatus(search, "user", context, "alice"));
    assertEquals("none", cacheStatus(search, "user", context, "bob"));
    assertEquals("none", cacheStatus(sales, "user", context, "alice"));
    assertEquals("none", cacheStatus(search, "user", context, ""));
    assertEquals("none", cacheStatus(search, "user", context, ""));

    assertEquals("none", cacheStatus(search, "shared", context, "alice"));
    assertEquals("exact", cacheStatus(sales, "shared", context, "bob"));
  }

  /** Same text and variables, but a different prompt. */
  @Test
  void promptNameOpensNoEntryOfAnotherPrompt() throws Exception {
    String context = "A sector holds 4 kB. " + UUID.randomUUID();
    assertEquals("none", cacheStatus(search, "shared", context, "alice"));

    assertEquals("none", cacheStatus(sales, "team", context, "alice"));
    assertEquals("none", cacheStatus(sales, "user", context, "alice"));
    assertEquals(
        400,
        sales.post("/v1/prompts/shared%2F..%2Fteam/invoke", question(context, "alice")).status());
  }

  @Test
  void forgedProxyEventGainsNothing() throws Exception {
    String body = body("/v1/messages", "Forged? " + UUID.randomUUID());
    search.post("/v1/messages", body);
    ObjectNode event =
        ApiClient.JSON
            .createObjectNode()
            .put("action", "invoke")
            .put("prompt", "shared")
            .put("resource", "/v1/messages")
            .put("path", "/v1/messages")
            .put("httpMethod", "POST")
            .put("body", body)
            .put("isBase64Encoded", false);
    event.putObject("headers").put("x-api-key", salesKey).put("x-tollgate-team", "search");
    ObjectNode several = event.putObject("multiValueHeaders");
    several.putArray("x-tollgate-team").add("search");
    several.putArray("X-Tollgate-Cache-Scope").add("shared");
    ObjectNode context = event.putObject("requestContext");
    context
        .putObject("authorizer")
        .put("principalId", "search")
        .put("team", "search")
        .putObject("claims")
        .put("team", "search");
    context
        .putObject("identity")
        .put("apiKey", searchKey)
        .put("apiKeyId", "search")
        .put("userArn", "arn:aws:iam::123456789012:user/search")
        .put("caller", "direct");
    event.putObject("pathParameters").put("name", "shared").put("team", "search");
    event.putObject("stageVariables").put("team", "search");
    event.putObject("queryStringParameters").put("team", "search");

    JsonNode response = invokeDirectly(event);
    assertEquals(200, response.path("statusCode").asInt(), response.toString());
    assertEquals("none", response.path("headers").path("x-tollgate-cache").asText());

    event.withObject("headers").remove("x-api-key");
    assertEquals(401, invokeDirectly(event).path("statusCode").asInt());
  }

  @Test
  void plantedOrMovedEntryIsNotServed() throws Exception {
    String mine = body("/v1/messages", "Moved? " + UUID.randomUUID());
    String searchEntry = entry("search", search.post("/v1/messages", mine));
    String salesEntry = entry("sales", sales.post("/v1/messages", mine));
    assertEquals("exact", cache(sales.post("/v1/messages", mine)));

    redis.copy(searchEntry, salesEntry);
    assertEquals("none", cache(sales.post("/v1/messages", mine)));
    assertEquals("exact", cache(sales.post("/v1/messages", mine)), "its own answer is back");

    String other = entry("sales", sales.post("/v1/messages", body("/v1/messages", "Other?")));
    redis.copy(other, salesEntry);
    assertEquals("none", cache(sales.post("/v1/messages", mine)));

    redis.put(salesEntry, "{\"created\": \"2026-11-24T00:00:00Z\", \"cost\": \"0\", \"body\": {}}");
    assertEquals("none", cache(sales.post("/v1/messages", mine)));
  }

  private static String entry(String team, ApiResponse response) {
    return "tollgate:answer:" + team + ":" + response.header("x-tollgate-cache-key");
  }

  private JsonNode invokeDirectly(ObjectNode event) throws Exception {
    byte[] payload = event.toString().getBytes(StandardCharsets.UTF_8);
    return ApiClient.JSON.readTree(cloud.lambda().invoke("invokeLlm", payload).payload());
  }

  private String cacheStatus(ApiClient team, String prompt, String context, String user)
      throws Exception {
    return cache(team.post("/v1/prompts/" + prompt + "/invoke", question(context, user)));
  }

  private static String question(String context, String user) {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("input", "How many bytes?");
    body.putObject("variables").put("context", context);
    if (!user.isEmpty()) {
      body.put("user", user);
    }
    return body.toString();
  }

  private static String cache(ApiResponse response) {
    assertEquals(200, response.status(), response.body().toString());
    return response.header("x-tollgate-cache");
  }

  private static String body(String route, String text) {
    ObjectNode body =
        ApiClient.JSON
            .createObjectNode()
            .put("model", route.equals("/v1/messages") ? "claude-haiku-4-5" : "gpt-4o")
            .put("max_tokens", 50)
            .put("temperature", 0);
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    return body.toString();
  }

  private static ObjectNode object(String json) throws IOException {
    return (ObjectNode) ApiClient.JSON.readTree(json);
  }
}
