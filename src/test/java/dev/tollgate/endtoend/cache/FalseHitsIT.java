package dev.tollgate.endtoend.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.CliRunner;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** False hits of the semantic cache, end to end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FalseHitsIT {
  private static final String CONTEXT = "A sector holds 512 bytes.";

  private final LocalCloud cloud;
  private final ApiClient admin;
  private final ApiClient invoke;
  private final ApiClient simulation;

  FalseHitsIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("watch", Map.of("SEMANTIC_SHADOW_SHARE", "1"));
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    simulation = new ApiClient(cloud.model().orElseThrow().url(), "x");
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void falseHitsDisableSemanticCacheUntilAdminEnablesIt(@TempDir Path folder) throws Exception {
    register();
    assertEquals("none", call("How many bytes does a sector hold?"));
    assertEquals("semantic", call("What number of bytes does a sector hold?"));
    JsonNode right = compared(1);
    assertEquals(0, right.path("different").asInt(), right.toString());

    // From now on, the model contradicts the cached answer.
    ObjectNode change = ApiClient.JSON.createObjectNode().put("behaviour", "ungrounded");
    assertEquals(
        204,
        simulation.post("/_simulate", change.put("containing", "Context:").toString()).status());
    assertEquals("semantic", call("What number of bytes does a sector hold?"));
    assertEquals("semantic", call("Please tell me how many bytes a sector holds."));
    JsonNode off = Eventually.get(this::state, state -> !state.path("enabled").asBoolean());

    assertFalse(off.path("enabled").asBoolean(), off.toString());
    assertEquals(3, off.path("compared").asInt(), off.toString());
    assertEquals(2, off.path("different").asInt(), off.toString());
    assertEquals(new BigDecimal("0.666667"), off.path("rate").decimalValue());
    assertEquals(new BigDecimal("0.20766"), off.at("/interval/low").decimalValue());
    assertEquals(off.at("/off/call_id").asText(), off.at("/different_calls/0/call_id").asText());
    JsonNode ledger = admin.get("/admin/prompts/disks/events").body();
    assertEquals("semantic_off", ledger.at("/events/0/type").asText(), ledger.toString());
    assertEquals("tollgate-watch", ledger.at("/events/0/actor").asText());
    assertEquals("intact", ledger.path("chain").asText());
    assertEquals(
        "none",
        Eventually.get(
            () -> call("How many bytes can a sector hold?"),
            outcome -> !outcome.equals("semantic")));

    CliRunner cli = new CliRunner(cloud, cloud.keys().admin(), folder);
    String status = cli.run("semantic status disks").out();
    assertTrue(status.contains("disks: semantic cache disabled"), status);
    assertTrue(
        status.contains(
            "2 of 3 compared hits were wrong: 66.67% (95% interval 20.77% to 93.85%, limit 1%)"),
        status);
    String on = cli.run("semantic on disks --reason Repaired").out();
    assertTrue(on.contains("disks: semantic cache enabled for version 1"), on);
    assertEquals(0, state().path("compared").asInt());
    String byHand = cli.run("semantic off disks --reason Doubts").out();
    assertTrue(byHand.contains("Doubts"), byHand);

    JsonNode report = TestClouds.settledReport(cloud);
    JsonNode shadow = purpose(report, "shadow");
    assertEquals(3, shadow.path("calls").asInt(), report.toString());
    assertEquals(1, shadow.path("cost").decimalValue().signum(), report.toString());
    // Two comparisons, and three known-answer checks before the first one of each process.
    assertEquals(2, purpose(report, "judge").path("calls").asInt() % 3, report.toString());
  }

  @Test
  void onlyAdminsSwitchAndReasonIsRequired() throws IOException, InterruptedException {
    TestClouds.activatePrompt(cloud, "plain", "claude-haiku-4-5");
    String path = "/admin/prompts/plain/semantic";
    JsonNode state = admin.get(path).body();
    assertTrue(state.path("enabled").asBoolean(), state.toString());
    assertFalse(state.path("asked_for").asBoolean(true), state.toString());
    assertTrue(state.path("rate").isNull() && state.path("interval").isNull(), state.toString());

    String switched = "{\"enabled\": false, \"reason\": \"on purpose\"}";
    assertEquals("403 permission_error role_missing null", invoke.post(path, switched).error());
    assertEquals(
        "400 invalid_request_error missing_value reason",
        admin.post(path, "{\"enabled\": false}").error());
    assertEquals(
        "400 invalid_request_error missing_value enabled",
        admin.post(path, "{\"reason\": \"x\"}").error());
    assertEquals(
        "404 not_found_error prompt_not_found name",
        admin.post("/admin/prompts/nobody/semantic", switched).error());
    assertTrue(admin.get(path).body().path("enabled").asBoolean());
  }

  private void register() throws IOException, InterruptedException {
    ObjectNode version =
        ApiClient.JSON
            .createObjectNode()
            .put("content", "Use only the context.\n\nContext: " + CONTEXT)
            .put("model", "claude-haiku-4-5")
            .put("temperature", 0);
    version.putObject("semantic");
    assertEquals(201, admin.post("/admin/prompts/disks/versions", version.toString()).status());
    assertEquals(
        200,
        admin
            .post(
                "/admin/prompts/disks/activate",
                "{\"version\": 1, \"force\": true, \"reason\": \"test\"}")
            .status());
  }

  /** Calls the prompt, and returns the source of the answer. */
  private String call(String question) throws IOException, InterruptedException {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("input", question).put("user", "alice");
    ApiResponse response = invoke.post("/v1/prompts/disks/invoke", body.toString());
    assertEquals(200, response.status(), response.body().toString());
    return response.body().path("cache").asText();
  }

  private JsonNode state() throws IOException, InterruptedException {
    return admin.get("/admin/prompts/disks/semantic").body();
  }

  private JsonNode compared(int many) throws Exception {
    return Eventually.get(this::state, state -> state.path("compared").asInt() == many);
  }

  private static JsonNode purpose(JsonNode report, String purpose) {
    return report
        .path("by_purpose")
        .valueStream()
        .filter(row -> row.path("purpose").asText().equals(purpose))
        .findFirst()
        .orElseThrow(() -> new AssertionError(report.toString()));
  }
}
