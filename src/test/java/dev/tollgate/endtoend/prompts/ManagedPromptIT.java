package dev.tollgate.endtoend.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.local.Keys;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls with managed prompts: variables, versions, caching and lint. */
final class ManagedPromptIT extends PromptScenario {
  ManagedPromptIT() throws IOException, InterruptedException {
    super("managed");
  }

  @Test
  void requestCannotOverrideManagedPrompt() throws Exception {
    register("firm", "One. {{context}}");
    register("firm", "Two. {{context}}");
    force("firm", 1);
    String[] headers = {
      "x-tollgate-prompt", "firm", "x-tollgate-variables", "{\"context\": \"A.\"}"
    };
    ObjectNode body =
        ApiClient.JSON.createObjectNode().put("model", "claude-opus-5").put("max_tokens", 9);
    body.putArray("messages").addObject().put("role", "user").put("content", "What?");

    assertEquals(
        "400 invalid_request_error invalid_value system",
        invoke
            .post("/v1/messages", body.deepCopy().put("system", "Obey").toString(), headers)
            .error());
    ObjectNode asSystem = body.deepCopy();
    asSystem.withArray("messages").addObject().put("role", "system").put("content", "Obey");
    assertEquals(
        "400 invalid_request_error invalid_value messages.1.role",
        invoke.post("/v1/messages", asSystem.toString(), headers).error());
    headers[1] = "firm@2";
    assertEquals(
        "403 permission_error role_missing null",
        invoke.post("/v1/messages", body.toString(), headers).error());
    ApiResponse previewed = preview.post("/v1/messages", body.toString(), headers);
    assertEquals("firm@2", previewed.header("x-tollgate-prompt"), previewed.body().toString());
    headers[1] = "firm";
    ApiResponse succeeded =
        invoke.post(
            "/v1/messages", body.put("temperature", 0.5).put("top_p", 0.1).toString(), headers);
    assertEquals(200, succeeded.status(), succeeded.body().toString());
    assertEquals("firm@1", succeeded.header("x-tollgate-prompt"));
    assertEquals(MODEL, succeeded.body().path("model").asText());
    assertEquals("model,max_tokens,temperature,top_p", succeeded.header("x-tollgate-ignored"));
  }

  @Test
  void previewKeyCallsAnyVersion() throws Exception {
    register("staged", "One. {{context}}");
    register("staged", "Two. {{context}}");
    force("staged", 1);
    author.send("PUT", "/admin/prompts/staged/labels/staging", "{\"version\": 2}");

    assertEquals(1, version(call(preview, "staged")));
    assertEquals(2, version(call(preview, "staged@2")));
    assertEquals(2, version(call(preview, "staged@latest")));
    assertEquals(2, version(call(preview, "staged@staging")));
    assertEquals(1, version(call(invoke, "staged@production")));
    assertEquals(
        "404 not_found_error label_not_found label", call(preview, "staged@canary").error());
    assertEquals(
        "404 not_found_error version_not_found version", call(preview, "staged@3").error());
  }

  @Test
  void chatPromptWithTypedVariablesNeedsNoInput() throws Exception {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("model", MODEL).put("temperature", 0);
    body.withArray("content")
        .addObject()
        .put("role", "system")
        .put("content", "Answer from the context only.\n\nContext:\n{{passages}}");
    body.withArray("content")
        .addObject()
        .put("role", "user")
        .put("content", "How many bytes does a {{thing}} hold?");
    ObjectNode variables = body.putObject("variables");
    variables.put("passages", "document");
    variables.putObject("thing").put("type", "string").put("default", "sector");
    ApiResponse registered = author.post("/admin/prompts/chat/versions", body.toString());
    assertEquals(201, registered.status(), registered.body().toString());
    assertEquals(0, registered.body().path("warnings").size(), registered.body().toString());
    force("chat", 1);
    ApiResponse succeeded =
        invoke.post(
            "/v1/prompts/chat/invoke",
            "{\"variables\": {\"passages\": [\"A page holds 8 kB.\", \"A sector holds 512"
                + " bytes.\"]}}");

    assertEquals(200, succeeded.status(), succeeded.body().toString());
    assertTrue(succeeded.body().path("text").asText().contains("512"), succeeded.body().toString());
    assertEquals(
        "400 invalid_request_error invalid_value variables.passages",
        invoke.post("/v1/prompts/chat/invoke", "{\"variables\": {\"passages\": 5}}").error());
    JsonNode shown = author.get("/admin/prompts/chat/active").body();
    assertEquals(body.path("content"), shown.path("content"));
    assertEquals("document", shown.path("variables").path("passages").path("type").asText());
  }

  @Test
  void providerCachesStablePartOfPrompt() throws Exception {
    ObjectNode body = registration("Rules. ".repeat(4000) + "Context: {{context}}");
    body.put("temperature", 1).put("prompt_caching", "1h");
    author.post("/admin/prompts/cached/versions", body.toString());
    force("cached", 1);
    JsonNode first = call(invoke, "cached").body().path("usage");
    JsonNode second = call(invoke, "cached").body().path("usage");

    assertTrue(first.path("cache_write_1h_tokens").asInt() > 4096, first.toString());
    assertEquals(first.path("cache_write_1h_tokens"), second.path("cache_read_tokens"));
  }

  @Test
  void lintWarnsOfCosts() throws Exception {
    ObjectNode body =
        ApiClient.JSON
            .createObjectNode()
            .put("content", "Today is 2026-11-23. {{question}}")
            .put("model", "claude-opus-4-1")
            .put("prompt_caching", "5m");
    body.putObject("variables").put("context", "document");
    JsonNode warnings =
        author.post("/admin/prompts/lint/versions", body.toString()).body().path("warnings");

    assertEquals(
        List.of(
            "undeclared_variable",
            "unused_variable",
            "volatile_prefix",
            "short_prefix",
            "retired_model"),
        warnings.findValuesAsText("code"),
        warnings.toString());
    assertEquals(
        List.of("undeclared_variable", "unknown_model"),
        author
            .post(
                "/admin/prompts/lint/versions",
                registration("{{context}}").put("model", "gpt-99").toString())
            .body()
            .path("warnings")
            .findValuesAsText("code"));
  }

  @Test
  void purgeInvalidatesCachedAnswers() throws Exception {
    register("purged", "One. {{context}}");
    force("purged", 1);
    call(invoke, "purged");
    assertEquals("exact", call(invoke, "purged").body().path("cache").asText());
    ApiResponse purged = admin.post("/admin/prompts/purged/purge", "{\"reason\": \"wrong facts\"}");
    assertEquals(1, purged.body().path("epoch").asInt());

    assertEquals(
        "none",
        Eventually.get(() -> call(invoke, "purged").body().path("cache").asText(), "none"::equals));
  }

  @Test
  void userScopeSeparatesUsers() throws Exception {
    author.post(
        "/admin/prompts/private/versions",
        registration("One. {{context}}").put("cache_scope", "user").toString());
    author.post(
        "/admin/prompts/shared/versions",
        registration("One. {{context}}").put("cache_scope", "shared").toString());
    force("private", 1);
    force("shared", 1);
    ApiClient sales = new ApiClient(cloud.url(), Keys.create(cloud.lambda(), "sales", "invoke"));

    assertEquals("none", cache(invoke, "private", "ada"));
    assertEquals("exact", cache(invoke, "private", "ada"));
    assertEquals("none", cache(invoke, "private", "bob"));
    assertEquals("none", cache(sales, "private", "ada"));
    assertEquals("none", cache(invoke, "shared", "ada"));
    assertEquals("exact", cache(sales, "shared", "bob"));
  }

  private static String cache(ApiClient caller, String prompt, String user) throws Exception {
    return caller
        .post("/v1/prompts/" + prompt + "/invoke", question().put("user", user).toString())
        .body()
        .path("cache")
        .asText();
  }

  @Test
  void cacheBreakpointsOfCallerReplaceThoseOfPrompt() throws Exception {
    ObjectNode body = registration("{{a}} {{b}} {{c}}").put("prompt_caching", "5m");
    for (String name : List.of("a", "b", "c")) {
      body.withObject("variables").putObject(name).put("type", "document").put("cache", true);
    }
    author.post("/admin/prompts/marked/versions", body.toString());
    force("marked", 1);
    ObjectNode question = ApiClient.JSON.createObjectNode();
    question.putObject("variables").put("a", "A.").put("b", "B.").put("c", "C.");
    ObjectNode part =
        question
            .putArray("messages")
            .addObject()
            .put("role", "user")
            .putArray("content")
            .addObject()
            .put("type", "text")
            .put("text", "What?");
    part.putObject("cache_control").put("type", "ephemeral");

    assertEquals(200, invoke.post("/v1/prompts/marked/invoke", question.toString()).status());
  }

  @Test
  void rejectsBlankMessage() throws Exception {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("model", MODEL);
    body.withArray("content").addObject().put("role", "user").put("content", "{{question}}");
    author.post("/admin/prompts/empty/versions", body.toString());
    force("empty", 1);

    assertEquals(
        "400 invalid_request_error invalid_value variables",
        invoke.post("/v1/prompts/empty/invoke", "{\"variables\": {\"question\": \"\"}}").error());
  }
}
