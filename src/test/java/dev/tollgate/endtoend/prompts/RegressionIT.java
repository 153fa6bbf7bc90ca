package dev.tollgate.endtoend.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.Tollgate;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Test runs of prompts, end to end: the command, the gate, the functions and the nightly run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RegressionIT {
  private static final String TONE = "Answer in a friendly tone.";
  private static final String GROUNDED =
      "Answer only from the context. If it does not hold the answer, say that you don't have that"
          + " information.\n\nContext:\n{{context}}\n";
  private static final String SUITE =
      """
      defaultTest:
        vars:
          context: A sector holds 512 bytes. A track holds 64 sectors.
      tests:
        - description: Context use
          vars: {query: 'How many bytes does a sector hold?'}
          assert:
            - {type: contains, value: '512'}
            - {type: context-faithfulness}
        - description: Another fact
          vars: {query: 'How many sectors does a track hold?'}
          assert:
            - {type: contains, value: '64'}
            - {type: context-faithfulness}
        - description: Grounding
          vars: {query: 'Which is the capital of Australia?'}
          assert:
            - {type: not-icontains, value: Canberra}
      """;

  private final LocalCloud cloud;
  private final ApiClient admin;
  private final ApiClient simulation;

  RegressionIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("regression");
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    simulation = new ApiClient(cloud.model().orElseThrow().url(), "x");
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @BeforeEach
  void resetSimulation() throws IOException, InterruptedException {
    simulation.send("DELETE", "/_simulate", "");
  }

  private void simulate(String behaviour, String containing)
      throws IOException, InterruptedException {
    ObjectNode order =
        ApiClient.JSON.createObjectNode().put("behaviour", behaviour).put("containing", containing);
    assertEquals(204, simulation.post("/_simulate", order.toString()).status());
  }

  private record Ran(int exitCode, String out, String err) {
    @Override
    public String toString() {
      return exitCode + "\n" + out + err;
    }
  }

  private Ran tollgate(Path folder, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Tollgate.run(
            arguments,
            Map.of("TOLLGATE_URL", cloud.url().toString(), "TOLLGATE_KEY", cloud.keys().admin()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            folder);
    return new Ran(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static void write(Path folder, String name, String prompt) throws IOException {
    Path prompts = Files.createDirectories(folder.resolve("prompts"));
    Files.writeString(
        prompts.resolve("defaults.yaml"), "model: claude-haiku-4-5\ntemperature: 0\n");
    Files.writeString(prompts.resolve(name + ".txt"), prompt);
    Files.writeString(prompts.resolve(name + ".tests.yaml"), SUITE);
  }

  private JsonNode invoke(String event) throws InterruptedException, IOException {
    return ApiClient.JSON.readTree(
        cloud
            .lambda()
            .invoke("nightlyRegression", event.getBytes(StandardCharsets.UTF_8))
            .payload());
  }

  /** The run of a prompt among those that an invocation started. */
  private static String runOf(String name, JsonNode begun) {
    for (JsonNode run : begun.path("runs")) {
      if (run.path("name").asText().equals(name)) {
        return run.path("run_id").asText();
      }
    }
    throw new AssertionError("no run of " + name + " in " + begun);
  }

  private JsonNode end(String name, String run) throws Exception {
    String path = "/admin/prompts/" + name + "/runs/" + run + "?limit=200";
    return Eventually.get(
        () -> admin.get(path).body(),
        response -> response.path("state").asText().equals("finished"));
  }

  private int active(String name) throws IOException, InterruptedException {
    return admin.get("/admin/prompts/" + name).body().path("active_version").asInt();
  }

  @Test
  void nightlyRunRollsBackWorsePrompt(@TempDir Path folder) throws Exception {
    write(folder, "disks", GROUNDED);
    Ran first = tollgate(folder, "prompts", "push", "disks", "--test", "--activate");
    assertEquals(0, first.exitCode(), first.toString());
    assertTrue(first.out().contains("disks version 1: PASSED"), first.toString());
    assertEquals(1, active("disks"));
    Ran status = tollgate(folder, "prompts", "status");
    assertTrue(status.out().contains("disks"), status.toString());
    assertFalse(status.out().contains("tollgate_judge"), "the prompt of the judge is not listed");

    write(folder, "disks", "Always give a helpful answer.\n\nContext:\n{{context}}\n");
    Ran worse = tollgate(folder, "prompts", "push", "disks", "--test", "--activate");
    assertEquals(3, worse.exitCode(), worse.toString());
    assertTrue(worse.out().contains("disks version 2: FAILED"), worse.toString());
    assertTrue(worse.out().contains("The capital of Australia is Canberra."), worse.toString());
    assertEquals(1, active("disks"));

    write(folder, "disks", GROUNDED.replace("Context:\n", TONE + "\n\nContext:\n"));
    Path junit = folder.resolve("junit.xml");
    Ran fixed = tollgate(folder, "prompts", "test", "disks", "--file", "--junit", junit.toString());
    assertEquals(0, fixed.exitCode(), fixed.toString());
    assertTrue(Files.readString(junit).contains("tests=\"4\" failures=\"0\" errors=\"0\""));
    assertEquals(0, tollgate(folder, "prompts", "activate", "disks", "3").exitCode());

    simulate("ungrounded", TONE);
    JsonNode nightlyRun = end("disks", runOf("disks", invoke("{\"action\": \"nightly\"}")));
    assertEquals("rolled_back", nightlyRun.path("outcome").asText(), nightlyRun.toString());
    assertTrue(nightlyRun.path("alarm").asBoolean());
    JsonNode retried =
        invoke(
            "{\"action\": \"run\", \"prompt\": \"disks\", \"run_id\": \"%s\"}"
                .formatted(nightlyRun.path("run_id").asText()));
    assertTrue(retried.path("alarm").asBoolean(), "a retry repeats the alarm");
    assertEquals(1, active("disks"));
    JsonNode event = admin.get("/admin/prompts/disks/events").body().path("events").path(0);
    assertEquals("rollback", event.path("type").asText(), event.toString());
    assertEquals(nightlyRun.path("run_id"), event.path("run_id"));
    assertEquals("tollgate-regression", event.path("actor").asText());

    ObjectNode question = ApiClient.JSON.createObjectNode().put("input", "How many bytes?");
    question.putObject("variables").put("context", "A sector holds 512 bytes.");
    ApiClient.ApiResponse response =
        new ApiClient(cloud.url(), cloud.keys().invoke())
            .post("/v1/prompts/disks/invoke", question.toString());
    assertEquals(
        1, response.body().path("prompt").path("version").asInt(), response.body().toString());
    Ran frozen = tollgate(folder, "prompts", "activate", "disks", "3");
    assertTrue(frozen.err().contains("frozen"), frozen.toString());
    Ran runs = tollgate(folder, "prompts", "runs", "disks");
    assertTrue(runs.out().contains("rolled_back"), runs.toString());
  }

  @Test
  void repeatedScheduleEventStartsNothing(@TempDir Path folder) throws Exception {
    write(folder, "repeated", GROUNDED);
    assertEquals(
        0, tollgate(folder, "prompts", "push", "repeated", "--test", "--activate").exitCode());
    String event =
        ApiClient.JSON
            .createObjectNode()
            .put("source", "aws.scheduler")
            .put("time", Instant.now().toString())
            .toString();
    String run = runOf("repeated", invoke(event));
    assertEquals("passed", end("repeated", run).path("outcome").asText());
    assertFalse(invoke(event).path("runs").toString().contains("repeated"));
    JsonNode runs = admin.get("/admin/prompts/repeated/runs").body().path("runs");
    assertEquals(2, runs.size(), runs.toString());
  }

  @Test
  void unreachableJudgeChangesNothing(@TempDir Path folder) throws Exception {
    write(folder, "unjudged", GROUNDED);
    assertEquals(
        0, tollgate(folder, "prompts", "push", "unjudged", "--test", "--activate").exitCode());
    simulate("529", "\"json_schema\"");
    Ran ran = tollgate(folder, "prompts", "test", "unjudged");
    assertEquals(1, ran.exitCode(), ran.toString());
    assertTrue(ran.out().contains("INVALID"), ran.toString());
    JsonNode nightlyRun = end("unjudged", runOf("unjudged", invoke("{\"action\": \"nightly\"}")));
    assertEquals("invalid", nightlyRun.path("outcome").asText(), nightlyRun.toString());
    assertEquals(1, active("unjudged"));
    // Its circuit breaker is open, which would fail the next test.
    killFunction();
  }

  @Test
  void killedFunctionIsReplacedAndNothingCountsTwice(@TempDir Path folder) throws Exception {
    write(folder, "killed", GROUNDED);
    StringBuilder many = new StringBuilder(SUITE);
    for (int i = 0; i < 21; i++) {
      many.append("  - vars: {query: 'How many bytes does sector %d hold?'}\n".formatted(i))
          .append("    assert: [{type: not-icontains, value: Canberra}]\n");
    }
    Files.writeString(folder.resolve("prompts/killed.tests.yaml"), many.toString());
    assertEquals(0, tollgate(folder, "prompts", "push", "killed").exitCode());
    simulate("delay:400", "A sector holds 512 bytes");
    String run =
        admin.post("/admin/prompts/killed/versions/1/runs", "{}").body().path("run_id").asText();
    String path = "/admin/prompts/killed/runs/" + run + "?limit=200";
    JsonNode underWay =
        Eventually.get(
            () -> admin.get(path).body(),
            response -> response.path("progress").path("made").asInt() >= 3);
    killFunction();
    assertEquals("running", underWay.path("state").asText(), underWay.toString());
    JsonNode ended = end("killed", run);
    assertEquals("passed", ended.path("outcome").asText(), ended.toString());
    Set<String> cases = new HashSet<>();
    ended.path("attempts").forEach(attempt -> cases.add(attempt.path("case").asText()));
    assertEquals(24, cases.size());
    assertEquals(24, ended.path("attempts").size());
  }

  private void killFunction() {
    for (long process : cloud.lambda().processes("nightlyRegression")) {
      ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void rejectsInvalidRun() throws Exception {
    admin.post(
        "/admin/prompts/untested/versions",
        "{\"content\": \"Hello.\", \"model\": \"claude-haiku-4-5\"}");
    assertEquals(
        "409 conflict_error no_suite name",
        admin.post("/admin/prompts/untested/versions/1/runs", "{}").error());
    assertEquals(
        "404 not_found_error version_not_found version",
        admin.post("/admin/prompts/untested/versions/7/runs", "{}").error());
    assertEquals(
        "404 not_found_error run_not_found run_id",
        admin.get("/admin/prompts/untested/runs/01K00000000000000000000000").error());
    assertEquals(
        "403 permission_error role_missing null",
        new ApiClient(cloud.url(), cloud.keys().invoke())
            .post("/admin/prompts/untested/versions/1/runs", "{}")
            .error());
  }
}
