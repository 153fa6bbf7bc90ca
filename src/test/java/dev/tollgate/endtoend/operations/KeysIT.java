package dev.tollgate.endtoend.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Creation, use, rotation and revocation of keys, over HTTP and by direct invocation.
 *
 * <p>One piece because its tests share a local cloud, which takes seconds to start.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeysIT {
  private static final String INVALID = "401 authentication_error key_invalid x-api-key";
  private static final String HAIKU = "claude-haiku-4-5";

  private final LocalCloud cloud;
  private final ApiClient admin;

  KeysIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("keys", Map.of("TOLLGATE_KEYS_HELD", "3s"));
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
  }

  @BeforeAll
  void activatePrompts() throws IOException, InterruptedException {
    for (String name : List.of("rag", "other")) {
      TestClouds.activate(
          cloud,
          name,
          ApiClient.JSON.createObjectNode().put("content", "Be brief.").put("model", HAIKU));
    }
    // Starts the process first, because a key expires within seconds.
    assertEquals(200, invoke(new ApiClient(cloud.url(), cloud.keys().invoke()), "rag").status());
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void keyHasRequestedProperties() throws Exception {
    JsonNode created =
        create(
            """
            {"team": "search", "roles": ["preview", "invoke"], "name": "Suche 🔑",
             "models": ["gpt-*", "claude-haiku-4-5"], "prompts": ["rag"],
             "expires_at": "2199-12-31T23:00:00+01:00"}
            """);

    assertEquals("search", created.path("team").asText());
    assertEquals("Suche 🔑", created.path("name").asText());
    assertEquals("[\"invoke\",\"preview\"]", created.path("roles").toString());
    assertEquals("[\"claude-haiku-4-5\",\"gpt-*\"]", created.path("models").toString());
    assertEquals("[\"rag\"]", created.path("prompts").toString());
    assertEquals("2199-12-31T22:00:00Z", created.path("expires_at").asText());
    assertTrue(created.path("created_by").asText().startsWith("key_"));
    assertEquals("active", created.path("status").asText());
    ObjectNode shown = ((ObjectNode) created).deepCopy();
    shown.remove("secret");
    assertEquals(shown, admin.get("/admin/keys/" + id(created)).body());
    assertTrue(all("/admin/keys", "keys").contains(shown));
  }

  @Test
  void keyCallsOnlyAllowedModels() throws Exception {
    ApiClient key = api(create(grant(", \"models\": [\"claude-haiku-*\"]")));

    assertEquals(200, message(key, HAIKU).status());
    assertEquals(200, invoke(key, "rag").status());
    ApiResponse rejected = message(key, "claude-opus-5");
    assertEquals("403 permission_error model_not_allowed model", rejected.error());
    assertTrue(rejected.body().path("error").path("message").asText().contains("claude-opus-5"));
    ApiClient opus = api(create(grant(", \"models\": [\"claude-opus-5\"]")));
    assertEquals("403 permission_error model_not_allowed model", invoke(opus, "rag").error());
  }

  @Test
  void keyCallsOnlyAllowedPrompts() throws Exception {
    ApiClient key = api(create(grant(", \"prompts\": [\"rag\"]")));

    assertEquals(200, invoke(key, "rag").status());
    assertEquals("403 permission_error prompt_not_allowed name", invoke(key, "other").error());
    assertEquals("403 permission_error prompt_not_allowed name", invoke(key, "nobody").error());
    ApiResponse raw = message(key, HAIKU);
    assertEquals("403 permission_error prompt_not_allowed x-tollgate-prompt", raw.error());
    assertTrue(raw.body().path("error").path("message").asText().contains("limited to"));
    String body = question(HAIKU);
    assertEquals(200, key.post("/v1/messages", body, "x-tollgate-prompt", "rag").status());
    assertEquals(
        "403 permission_error prompt_not_allowed name",
        key.post("/v1/messages", body, "x-tollgate-prompt", "other").error());
  }

  @Test
  void bothSecretsAreValidDuringOverlap() throws Exception {
    JsonNode old = create(grant(", \"name\": \"batch\", \"prompts\": [\"rag\"]"));
    ApiResponse rotated = admin.post("/admin/keys/" + id(old) + "/rotate", "");
    JsonNode fresh = rotated.body();

    assertEquals(201, rotated.status(), fresh.toString());
    assertEquals(id(old), fresh.path("rotated_from").asText());
    assertEquals("batch", fresh.path("name").asText());
    assertEquals(old.path("prompts"), fresh.path("prompts"));
    assertTrue(fresh.path("expires_at").isNull());
    assertNotEquals(old.path("secret"), fresh.path("secret"));
    assertEquals(200, invoke(api(old), "rag").status());
    assertEquals(200, invoke(api(fresh), "rag").status());
    assertEquals(
        "403 permission_error prompt_not_allowed name", invoke(api(fresh), "other").error());
    Instant end =
        Instant.parse(admin.get("/admin/keys/" + id(old)).body().path("expires_at").asText());
    assertEquals(Instant.parse(fresh.path("created").asText()).plus(Duration.ofDays(1)), end);
  }

  @Test
  void oldSecretEndsAtOnceWithoutOverlap() throws Exception {
    JsonNode old = create(grant(""));
    JsonNode fresh =
        admin
            .post(
                "/admin/keys/" + id(old) + "/rotate",
                "{\"overlap_seconds\": 0, \"reason\": \"leaked\"}")
            .body();

    assertEquals(INVALID, invoke(api(old), "rag").error());
    assertEquals(200, invoke(api(fresh), "rag").status());
    assertEquals(
        "409 conflict_error key_expired id",
        admin.post("/admin/keys/" + id(old) + "/rotate", "{}").error());
    assertEquals("expired", admin.get("/admin/keys/" + id(old)).body().path("status").asText());
  }

  @Test
  void expiredKeyIsInvalid() throws Exception {
    ApiClient key =
        api(create(grant(", \"expires_at\": \"" + Instant.now().plusSeconds(6) + "\"")));

    assertEquals(200, invoke(key, "rag").status());
    assertEquals(
        INVALID,
        Eventually.get(() -> invoke(key, "rag"), response -> response.status() != 200).error());
  }

  @Test
  void revokedKeyEndsSoonWhereCached() throws Exception {
    JsonNode key = create(grant(""));
    assertEquals(200, invoke(api(key), "rag").status());
    ApiResponse revoked =
        admin.post("/admin/keys/" + id(key) + "/revoke", "{\"reason\": \"left the company\"}");

    assertEquals("revoked", revoked.body().path("status").asText(), revoked.body().toString());
    assertEquals(
        INVALID,
        Eventually.get(() -> invoke(api(key), "rag"), response -> response.status() != 200)
            .error());
  }

  @Test
  void revokedKeyIsInvalidWhereNotCached() throws Exception {
    JsonNode key = create(grant(""));
    ApiResponse revoked = admin.post("/admin/keys/" + id(key) + "/revoke", "");
    int events = events().size();
    ApiResponse again = admin.post("/admin/keys/" + id(key) + "/revoke", "");

    assertEquals(INVALID, invoke(api(key), "rag").error());
    assertEquals(revoked.body(), again.body());
    assertEquals(200, again.status());
    assertEquals(events, events().size());
    assertEquals(
        "409 conflict_error key_revoked id",
        admin.post("/admin/keys/" + id(key) + "/rotate", "").error());
  }

  @Test
  void everyChangeIsInAuditLog() throws Exception {
    JsonNode key = create(grant(""));
    JsonNode fresh = admin.post("/admin/keys/" + id(key) + "/rotate", "").body();
    admin.post("/admin/keys/" + id(fresh) + "/revoke", "{\"reason\": \"a test\"}");
    JsonNode newest = admin.get("/admin/keys/events?limit=3").body();

    assertEquals("intact", newest.path("chain").asText());
    assertEquals(
        List.of("revoke_key", "rotate_key", "create_key"),
        newest.path("events").findValuesAsText("type"));
    JsonNode revocation = newest.path("events").get(0);
    assertEquals(id(fresh), revocation.path("about").asText());
    assertEquals("a test", revocation.path("reason").asText());
    assertTrue(revocation.path("actor").asText().startsWith("key_"));
    assertEquals(newest.path("events").get(1).path("hash"), revocation.path("previous_hash"));
    List<JsonNode> events = events();
    assertEquals(
        events.size(), newest.path("events").get(0).path("number").asInt(), events.toString());
    assertEquals(1, events.getLast().path("number").asInt());
    assertEquals("direct", events.getLast().path("actor").asText());
  }

  @Test
  void secretIsShownOnceAndNotStored() throws Exception {
    JsonNode key = create(grant(""));
    JsonNode fresh = admin.post("/admin/keys/" + id(key) + "/rotate", "").body();
    admin.post("/admin/keys/" + id(key) + "/revoke", "");
    String stored =
        all("/admin/keys", "keys")
            + events().toString()
            + admin.get("/admin/keys/" + id(key)).body()
            + cloud.dynamoDb().scan(scan -> scan.tableName("tollgate-PromptsTable")).items();

    assertTrue(stored.contains(id(fresh)));
    assertFalse(stored.contains("tg_"), stored);
    for (JsonNode secret : List.of(key.path("secret"), fresh.path("secret"))) {
      assertFalse(stored.contains(secret.asText().substring(3)));
    }
  }

  @Test
  void pagesAllKeys() throws Exception {
    List<String> created = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      created.addFirst(id(create(grant(""))));
    }
    List<String> ids = all("/admin/keys", "keys").stream().map(KeysIT::id).toList();

    assertEquals(created.stream().sorted().toList(), ids.subList(0, 12).stream().sorted().toList());
    assertEquals(ids.size(), Set.copyOf(ids).size());
  }

  @Test
  void directInvocationManagesKeys() throws Exception {
    JsonNode key =
        direct(
            """
            {"action": "createKey", "team": "search", "roles": ["invoke"], "prompts": ["rag"]}
            """);
    assertEquals("direct", key.path("created_by").asText());
    assertEquals(200, invoke(api(key), "rag").status());
    JsonNode fresh = direct("{\"action\": \"rotateKey\", \"id\": \"" + id(key) + "\"}");
    assertEquals(id(key), fresh.path("rotated_from").asText());
    JsonNode revoked = direct("{\"action\": \"revokeKey\", \"id\": \"" + id(key) + "\"}");
    assertEquals("revoked", revoked.path("status").asText());
    assertEquals(revoked, direct("{\"action\": \"getKey\", \"id\": \"" + id(key) + "\"}"));
    JsonNode list = direct("{\"action\": \"listKeys\", \"limit\": 2}");
    assertEquals(2, list.path("keys").size());
    assertTrue(list.path("cursor").isTextual());
    JsonNode events = direct("{\"action\": \"keyEvents\", \"limit\": 2}");
    assertEquals("intact", events.path("chain").asText());
    assertEquals("direct", events.path("events").get(0).path("actor").asText());
    assertEquals(
        "key_not_found",
        direct("{\"action\": \"revokeKey\", \"id\": \"key_aaaaaaaaaaaa\"}")
            .path("error")
            .path("code")
            .asText());
  }

  @Test
  void limitedAdminKeyCannotCreateKeys() throws Exception {
    ApiClient limited =
        api(
            create(
                """
                {"team": "search", "roles": ["admin"], "prompts": ["rag"]}
                """));

    assertEquals(
        "403 permission_error key_limited x-api-key",
        limited.post("/admin/keys", grant("")).error());
    assertEquals("403 permission_error key_limited x-api-key", limited.get("/admin/keys").error());
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "finance|/admin/keys|{}|403 permission_error role_missing null",
        "invoke|/admin/keys/key_aaaaaaaaaaaa/revoke|{}|403 permission_error role_missing null",
        "nobody|/admin/keys|{}|401 authentication_error key_missing x-api-key",
        "admin|/admin/keys||400 invalid_request_error missing_value body",
        "admin|/admin/keys|{}|400 invalid_request_error missing_value team",
        "admin|/admin/keys|{\"team\":\"A team\",\"roles\":[\"invoke\"]}|400 invalid_request_error"
            + " invalid_value team",
        "admin|/admin/keys|{\"team\":\"t\"}|400 invalid_request_error missing_value roles",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[]}|400 invalid_request_error invalid_value"
            + " roles",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"root\"]}|400 invalid_request_error"
            + " invalid_value roles",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"invoke\"],\"secret\":\"x\"}|400"
            + " invalid_request_error unknown_name secret",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"invoke\"],\"name\":\"a\\u0007\"}|400"
            + " invalid_request_error invalid_value name",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"invoke\"],\"name\":\"a\\nb\"}|400"
            + " invalid_request_error invalid_value name",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"invoke\"],\"expires_at\":\"soon\"}|400"
            + " invalid_request_error invalid_value expires_at",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"invoke\"],\"expires_at\":\"\"}|400"
            + " invalid_request_error invalid_value expires_at",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"invoke\"],"
            + "\"expires_at\":\"2020-01-01T00:00:00Z\"}|400 invalid_request_error invalid_value"
            + " expires_at",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"invoke\"],\"models\":\"claude\"}|400"
            + " invalid_request_error invalid_value models",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"invoke\"],\"models\":[\"a*b\"]}|400"
            + " invalid_request_error invalid_value models",
        "admin|/admin/keys|{\"team\":\"t\",\"roles\":[\"invoke\"],\"prompts\":[\"Bad!\"]}|400"
            + " invalid_request_error invalid_value prompts",
        "admin|/admin/keys/key_aaaaaaaaaaaa/rotate|{}|404 not_found_error key_not_found id",
        "admin|/admin/keys/key_aaaaaaaaaaaa/revoke|{}|404 not_found_error key_not_found id",
        "admin|/admin/keys/nonsense/revoke|{}|404 not_found_error key_not_found id",
        "admin|/admin/keys/key_aaaaaaaaaaaa/rotate|{\"overlap_seconds\":-1}|400"
            + " invalid_request_error invalid_value overlap_seconds",
        "admin|/admin/keys/key_aaaaaaaaaaaa/rotate|{\"overlap_seconds\":1e99}|400"
            + " invalid_request_error invalid_value overlap_seconds",
        "admin|/admin/keys/key_aaaaaaaaaaaa/rotate|{\"overlap\":1}|400 invalid_request_error"
            + " unknown_name overlap",
        "admin|/admin/keys/key_aaaaaaaaaaaa/revoke|{\"reason\":5}|400 invalid_request_error"
            + " invalid_value reason",
        "admin|/admin/keys/key_aaaaaaaaaaaa|{}|405 invalid_request_error method_not_allowed null",
        "admin|/admin/keys/key_aaaaaaaaaaaa/unrevoke|{}|404 not_found_error route_not_found null"
      })
  void rejectsInvalidInputWithoutChange(String callerName, String path, String body, String error)
      throws IOException, InterruptedException {
    int events = events().size();
    ApiClient caller =
        switch (callerName) {
          case "admin" -> admin;
          case "invoke" -> new ApiClient(cloud.url(), cloud.keys().invoke());
          case "finance" -> new ApiClient(cloud.url(), cloud.keys().finance());
          default -> new ApiClient(cloud.url(), Optional.empty());
        };
    ApiResponse response = caller.post(path, body == null ? "" : body);

    assertEquals(error, response.error(), response.body().toString());
    assertFalse(response.body().path("error").path("message").asText().isBlank());
    assertEquals(events, events().size());
  }

  @Test
  void namesUnreadableInput() throws Exception {
    assertEquals(
        "404 not_found_error key_not_found id", admin.get("/admin/keys/key_aaaaaaaaaaaa").error());
    assertEquals(
        "400 invalid_request_error invalid_value limit", admin.get("/admin/keys?limit=0").error());
    assertEquals(
        "400 invalid_request_error invalid_value cursor",
        admin.get("/admin/keys?cursor=x").error());
    assertEquals(
        "400 invalid_request_error invalid_value cursor",
        admin.get("/admin/keys/events?cursor=x").error());
    ApiClient finance = new ApiClient(cloud.url(), cloud.keys().finance());
    assertEquals(
        "403 permission_error role_missing null", finance.get("/admin/keys/events").error());
  }

  private static String grant(String more) {
    return "{\"team\": \"search\", \"roles\": [\"invoke\"]" + more + "}";
  }

  private JsonNode create(String body) throws IOException, InterruptedException {
    ApiResponse response = admin.post("/admin/keys", body);
    assertEquals(201, response.status(), response.body().toString());
    return response.body();
  }

  private static String id(JsonNode key) {
    return key.path("id").asText();
  }

  private ApiClient api(JsonNode key) {
    return new ApiClient(cloud.url(), key.path("secret").asText());
  }

  private static ApiResponse invoke(ApiClient key, String prompt)
      throws IOException, InterruptedException {
    return key.post("/v1/prompts/" + prompt + "/invoke", "{\"input\": \"Hello?\"}");
  }

  private static ApiResponse message(ApiClient key, String model)
      throws IOException, InterruptedException {
    return key.post("/v1/messages", question(model));
  }

  private static String question(String model) {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("model", model).put("max_tokens", 20);
    body.putArray("messages").addObject().put("role", "user").put("content", "Hello?");
    return body.toString();
  }

  private List<JsonNode> events() throws IOException, InterruptedException {
    return all("/admin/keys/events", "events");
  }

  /** All entries of a list, in pages of ten. */
  private List<JsonNode> all(String path, String field) throws IOException, InterruptedException {
    List<JsonNode> all = new ArrayList<>();
    String next = path + "?limit=10";
    while (true) {
      JsonNode page = admin.get(next).body();
      page.path(field).forEach(all::add);
      if (!page.path("cursor").isTextual()) {
        return all;
      }
      next = path + "?limit=10&cursor=" + page.path("cursor").asText();
    }
  }

  private JsonNode direct(String payload) throws IOException, InterruptedException {
    return ApiClient.JSON.readTree(
        cloud.lambda().invoke("promptAdmin", payload.getBytes(StandardCharsets.UTF_8)).payload());
  }
}
