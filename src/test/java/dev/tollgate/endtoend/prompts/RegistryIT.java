package dev.tollgate.endtoend.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The registry: roles, input, diffs, drift, pages and held-out cases. */
final class RegistryIT extends PromptScenario {
  RegistryIT() throws IOException, InterruptedException {
    super("registry");
  }

  @Test
  void heldOutCasesAreHidden() throws Exception {
    author.post("/admin/prompts/secretive/versions", registration("x").toString());
    ApiResponse open = author.send("PUT", "/admin/prompts/secretive/suite", SUITE);
    ObjectNode both =
        ApiClient.JSON
            .createObjectNode()
            .put("suite", SUITE)
            .put("held_out", "tests:\n  - assert: [{type: equals, value: whisper}]\n");

    ApiResponse stored = author.send("PUT", "/admin/prompts/secretive/suite", both.toString());
    assertEquals(2, stored.body().path("cases").asInt(), stored.body().toString());
    assertEquals(1, stored.body().path("held_out").asInt());
    assertNotEquals(open.body().path("hash"), stored.body().path("hash"));
    ApiResponse read = author.get("/admin/prompts/secretive/suite");
    assertEquals(stored.body().path("hash"), read.body().path("hash"));
    assertEquals(SUITE, read.body().path("suite").asText());
    assertFalse(read.body().toString().contains("whisper"), read.body().toString());
    ApiResponse wrong =
        author.send(
            "PUT",
            "/admin/prompts/secretive/suite",
            both.put("held_out", "tests:\n  - vars: {}\n").toString());
    assertTrue(wrong.body().toString().contains("held-out cases, line 2"), wrong.body().toString());
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "POST|versions|author|{'content':'x','model':'m'}",
        "POST|activate|admin|{'version':1}",
        "POST|rollback|admin|{}",
        "POST|purge|admin|{}",
        "POST|drift|author|{'content':'x','model':'m'}",
        "POST|versions/1/freeze|admin|{'reason':'x'}",
        "POST|versions/1/unfreeze|admin|{'reason':'x'}",
        "PUT|labels/staging|author|{'version':1}",
        "DELETE|labels/staging|author|",
        "PUT|suite|author|tests: [{assert: [{type: is-json}]}]",
        "PUT|settings|admin|{'require_second_person':true}",
        "GET||finance|",
        "GET|active|author|",
        "GET|versions/1|author|",
        "GET|versions/1/gate|author|",
        "GET|diff|author|",
        "GET|labels|finance|",
        "GET|suite|author|",
        "GET|events|finance|",
      })
  void everyRouteChecksRoleAndPrompt(String method, String route, String role, String body)
      throws Exception {
    if (admin.get("/admin/prompts/routes").status() == 404) {
      register("routes", "One. {{context}}");
    }
    String path = route == null ? "" : "/" + route;
    String sent = body == null ? "" : body.replace('\'', '"');
    ApiClient unauthorized =
        role.equals("admin") ? author : role.equals("author") ? finance : invoke;

    assertEquals(
        "403 permission_error role_missing null",
        send(unauthorized, method, "/admin/prompts/routes" + path, sent).error());
    assertEquals(
        "401 authentication_error key_missing x-api-key",
        send(
                new ApiClient(cloud.url(), Optional.empty()),
                method,
                "/admin/prompts/routes" + path,
                sent)
            .error());
    assertEquals(
        "400 invalid_request_error invalid_value name",
        send(admin, method, "/admin/prompts/No%21" + path, sent).error());
    if (!path.equals("/versions") && !path.equals("/drift")) {
      assertEquals(
          "404 not_found_error prompt_not_found name",
          send(admin, method, "/admin/prompts/nobody" + path, sent).error());
    }
    if (Set.of("/activate", "/rollback", "/labels/staging", "/suite", "/settings", "/purge")
            .contains(path)
        && !method.equals("GET")) {
      assertEquals(
          "412 precondition_failed_error revision_changed if-match",
          send(admin, method, "/admin/prompts/routes" + path, sent, "if-match", "\"99\"").error());
    }
    if (path.contains("freeze")) {
      assertEquals(
          "412 precondition_failed_error revision_changed if-match",
          send(admin, method, "/admin/prompts/routes" + path, sent, "if-match", "99").error());
    }
  }

  private static ApiResponse send(
      ApiClient caller, String method, String path, String body, String... headers)
      throws Exception {
    return caller.send(method, path, body, headers);
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "POST|versions|{'content':[],'model':'m'}|400 invalid_value content",
        "POST|versions|{'content':[{'role':'boss','content':'x'}],'model':'m'}|400 invalid_value"
            + " content.0.role",
        "POST|versions|{'content':[{'role':'user'}],'model':'m'}|400 missing_value"
            + " content.0.content",
        "POST|versions|{'content':[{'role':'assistant','content':'x'}],'model':'m'}|400"
            + " invalid_value content",
        "POST|versions|{'content':'x','model':'m','variables':{'a':'text'}}|400 invalid_value"
            + " variables.a",
        "POST|versions|{'content':'x','model':'m','variables':{'1a':'string'}}|400 invalid_value"
            + " variables.1a",
        "POST|versions|{'content':'x','model':'m','variables':{'a':{'type':'number',"
            + "'default':'x'}}}|400 invalid_value variables.a.default",
        "POST|versions|{'content':'x','model':'m','variables':{'a':{'required':true,"
            + "'default':'x'}}}|400 invalid_value variables.a.required",
        "POST|versions|{'content':'x','model':'m','variables':{'a':{'tpye':'string'}}}|400"
            + " unknown_name variables.a.tpye",
        "POST|versions|{'content':'x','model':'m','cache_scope':'world'}|400 invalid_value"
            + " cache_scope",
        "POST|versions|{'content':'x','model':'m','prompt_caching':'1d'}|400 invalid_value"
            + " prompt_caching",
        "POST|versions/x!/freeze|{'reason':'x'}|400 invalid_value version",
        "POST|versions/1/freeze|{}|400 missing_value reason",
        "POST|versions/1/freeze|{'reason':' '}|400 invalid_value reason",
        "POST|activate|{'version':1,'force':true,'reason':'\u200b'}|400 missing_value reason",
        "POST|versions|{'content':'x','model':'m\\nn'}|400 invalid_value model",
        "PUT|suite|tests: [null]|400 invalid_value body",
        "PUT|suite|{tests: [{}], tests: [{}]}|400 invalid_value body",
        "PUT|labels/production|{'version':1}|400 invalid_value label",
        "PUT|labels/3|{'version':1}|400 invalid_value label",
        "PUT|labels/staging|{'version':9}|404 version_not_found version",
        "DELETE|labels/nowhere||404 label_not_found label",
        "PUT|suite||400 missing_value body",
        "PUT|suite|tests: [|400 invalid_value body",
        "PUT|suite|tests: [{assert: [{type: javascript, value: x}]}]|400 invalid_value body",
        "PUT|suite|{'suite':'tests: [{assert: [{type: is-json}]}]','heldout':''}|400 unknown_name"
            + " heldout",
        "PUT|suite|prompts: []|400 invalid_value body",
        "PUT|settings|{}|400 missing_value require_second_person",
        "GET|diff?from=x!||400 invalid_value from",
        "GET|events?cursor=x||400 invalid_value cursor",
        "GET|versions/9||404 version_not_found version",
        "POST|activate|{'version':1}|409 gate_closed version",
        "POST|drift|{'content':'x','model':'m','former':'x'}|400 invalid_value former",
      })
  void namesInvalidInput(String method, String route, String body, String error) throws Exception {
    if (admin.get("/admin/prompts/wrong").status() == 404) {
      register("wrong", "One. {{context}}");
    }
    long events = events("wrong");
    ApiResponse response =
        admin.send(
            method, "/admin/prompts/wrong/" + route, body == null ? "" : body.replace('\'', '"'));
    JsonNode said = response.body().path("error");

    assertEquals(
        error,
        response.status() + " " + said.path("code").asText() + " " + said.path("param").asText(),
        response.body().toString());
    assertEquals(events, events("wrong"));
  }

  @Test
  void rejectsTooLargeInput() throws Exception {
    register("large", "One. {{context}}");
    ObjectNode chat = ApiClient.JSON.createObjectNode().put("model", "m");
    for (int i = 0; i < 40; i++) {
      chat.withArray("content")
          .addObject()
          .put("role", "user")
          .put("content", "ü".repeat(5 * 1024));
    }
    assertEquals(
        "413 request_too_large too_large content",
        author.post("/admin/prompts/large/versions", chat.toString()).error());
    ObjectNode variables = registration("x");
    variables
        .putObject("variables")
        .putObject("a")
        .put("type", "string")
        .put("default", "d".repeat(17 * 1024));
    assertEquals(
        "413 request_too_large too_large variables",
        author.post("/admin/prompts/large/versions", variables.toString()).error());
    assertEquals(
        "413 request_too_large too_large body",
        author
            .send(
                "PUT", "/admin/prompts/large/suite", "tests: [\"" + "x".repeat(350 * 1024) + "\"]")
            .error());
    ObjectNode many = registration("x");
    for (int i = 0; i < 1000; i++) {
      many.withObject("variables").put("v" + i, "list");
    }
    assertEquals(
        "413 request_too_large too_large variables",
        author.post("/admin/prompts/large/versions", many.toString()).error());
    // The largest allowed content fits into an item of DynamoDB with its other attributes.
    ObjectNode largest =
        ApiClient.JSON
            .createObjectNode()
            .put("content", "\"".repeat(350 * 1024))
            .put("model", "m")
            .put("author", "ü".repeat(256))
            .put("notes", "ü".repeat(4096));
    largest
        .putObject("variables")
        .putObject("a")
        .put("type", "string")
        .put("default", "d".repeat(16 * 1024 - 250));
    ApiResponse registered = author.post("/admin/prompts/large/versions", largest.toString());
    assertEquals(201, registered.status(), registered.body().toString());
  }

  @Test
  void diffComparesLinesAndFields() throws Exception {
    register("compared", "Same.\nOld.\n{{context}}");
    author.post(
        "/admin/prompts/compared/versions",
        registration("Same.\nNew.\n{{context}}").put("temperature", 0.5).toString());
    JsonNode diff = author.get("/admin/prompts/compared/diff?from=1&to=latest").body();

    assertEquals(List.of("content", "temperature"), diff.path("changes").findValuesAsText("field"));
    assertTrue(diff.path("unified").asText().contains("-Old.\n+New.\n"), diff.toString());
    assertTrue(
        diff.path("unified").asText().startsWith("--- compared@1\n+++ compared@2\n"),
        diff.toString());
  }

  @Test
  void driftNamesDirection() throws Exception {
    assertEquals("missing_in_registry", drift("drifted", "One. {{context}}"));
    register("drifted", "One. {{context}}");
    force("drifted", 1);
    assertEquals("same", drift("drifted", "One. {{context}}"));
    assertEquals("diverged", drift("drifted", "Two. {{context}}"));
    assertEquals("file_newer", drift("drifted", "Two. {{context}}", "One. {{context}}"));
    register("drifted", "Three. {{context}}");
    force("drifted", 2);
    assertEquals("registry_edited", drift("drifted", "One. {{context}}"));
    JsonNode said =
        author
            .post("/admin/prompts/drifted/drift", registration("One. {{context}}").toString())
            .body();
    assertEquals(1, said.path("file").path("version").asInt());
    assertEquals(2, said.path("registry").path("active_version").asInt());
    assertTrue(said.path("unified").asText().contains("+One."), said.toString());
  }

  private String drift(String name, String text, String... former) throws Exception {
    ObjectNode body = registration(text);
    for (String earlier : former) {
      body.withArray("former").add(registration(earlier));
    }
    return author
        .post("/admin/prompts/" + name + "/drift", body.toString())
        .body()
        .path("state")
        .asText();
  }

  @Test
  void pagesListsAndHistories() throws Exception {
    register("before_paged", "One. {{context}}");
    for (int i = 1; i <= 5; i++) {
      register("paged", "Version " + i + ". {{context}}");
    }
    JsonNode first = finance.get("/admin/prompts/paged?limit=2").body();
    JsonNode second =
        finance.get("/admin/prompts/paged?limit=2&cursor=" + first.path("cursor").asText()).body();
    JsonNode events = finance.get("/admin/prompts/paged/events?limit=2&cursor=3").body();
    JsonNode list = finance.get("/admin/prompts?limit=1").body();
    JsonNode next =
        finance.get("/admin/prompts?limit=200&cursor=" + list.path("cursor").asText()).body();

    assertEquals(List.of("5", "4"), first.path("versions").findValuesAsText("version"));
    assertEquals(List.of("3", "2"), second.path("versions").findValuesAsText("version"));
    assertEquals(List.of("2", "1"), events.path("events").findValuesAsText("number"));
    assertEquals("intact", events.path("chain").asText());
    assertEquals(1, list.path("prompts").size());
    assertTrue(next.path("prompts").findValuesAsText("name").contains("paged"), next.toString());
    assertFalse(
        next.path("prompts")
            .findValuesAsText("name")
            .contains(list.path("prompts").get(0).path("name").asText()));
  }

  @Test
  void diffOfLongestPromptsIsFast() throws Exception {
    register("long", lines(0));
    register("long", lines(1));
    force("long", 1);

    JsonNode diff = author.get("/admin/prompts/long/diff?from=1&to=2").body();
    assertTrue(diff.path("unified").asText().startsWith("--- long@1"), diff.toString());
    assertEquals("diverged", drift("long", lines(2)));
  }

  /** About 350 KB of short unique lines. */
  private static String lines(int seed) {
    StringBuilder lines = new StringBuilder();
    for (int i = seed; lines.length() < 350_000; i += 3) {
      lines.append(i).append('\n');
    }
    return lines.toString();
  }

  @Test
  void limitedKeyLearnsNothingOfOtherPrompts() throws Exception {
    register("mine", "One. {{context}}");
    register("other-secret", "One. {{context}}");
    String secret =
        admin
            .post(
                "/admin/keys",
                "{\"team\": \"local\", \"roles\": [\"author\", \"finance\"],"
                    + " \"prompts\": [\"mine\"]}")
            .body()
            .path("secret")
            .asText();
    ApiClient limited = new ApiClient(cloud.url(), secret);
    JsonNode list = limited.get("/admin/prompts?limit=1").body();

    assertEquals(List.of("mine"), list.path("prompts").findValuesAsText("name"));
    assertEquals("mine", list.path("cursor").asText());
    assertEquals(
        0, limited.get("/admin/prompts?limit=1&cursor=mine").body().path("prompts").size());
    assertEquals(
        "403 permission_error prompt_not_allowed name",
        limited.get("/admin/prompts/other-secret").error());
    assertEquals("403 permission_error key_limited x-api-key", limited.get("/admin/costs").error());
  }
}
