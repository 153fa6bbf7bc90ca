package dev.tollgate.endtoend.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Clients of a local cloud, and the steps of tests with prompts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PromptScenario {
  static final String MODEL = "claude-haiku-4-5";
  static final String SUITE = "tests:\n  - assert: [{type: is-json}]\n";

  final LocalCloud cloud;
  final ApiClient admin;
  final ApiClient author;
  final ApiClient invoke;
  final ApiClient preview;
  final ApiClient finance;

  PromptScenario(String name) throws IOException, InterruptedException {
    cloud = TestClouds.start(name);
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    finance = new ApiClient(cloud.url(), cloud.keys().finance());
    author = new ApiClient(cloud.url(), Keys.create(cloud.lambda(), "local", "author"));
    preview = new ApiClient(cloud.url(), Keys.create(cloud.lambda(), "local", "preview"));
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  ApiResponse register(String name, String text) throws Exception {
    return author.post("/admin/prompts/" + name + "/versions", registration(text).toString());
  }

  static ObjectNode registration(String text) {
    return ApiClient.JSON
        .createObjectNode()
        .put("content", text)
        .put("model", MODEL)
        .put("temperature", 0);
  }

  ApiResponse activate(String name, int version) throws Exception {
    return admin.post("/admin/prompts/" + name + "/activate", "{\"version\": " + version + "}");
  }

  void force(String name, int version) throws Exception {
    ApiResponse forced = force(admin, name, version);
    assertEquals(200, forced.status(), forced.body().toString());
  }

  static ApiResponse force(ApiClient caller, String name, int version) throws Exception {
    return caller.post(
        "/admin/prompts/" + name + "/activate",
        "{\"version\": " + version + ", \"force\": true, \"reason\": \"test\"}");
  }

  /** Stores the verdict of a passed run of the current suite. */
  void pass(String name, int version) throws Exception {
    JsonNode gate = author.get("/admin/prompts/" + name + "/versions/" + version + "/gate").body();
    String sortKey =
        "GATE#" + gate.path("version_hash").asText() + "#" + gate.path("suite_hash").asText();
    cloud
        .dynamoDb()
        .putItem(
            put ->
                put.tableName("tollgate-PromptsTable")
                    .item(
                        Map.of(
                            "PK", AttributeValue.fromS("PROMPT#" + name),
                            "SK", AttributeValue.fromS(sortKey),
                            "passed", AttributeValue.fromBool(true),
                            "run_at",
                                AttributeValue.fromN(Long.toString(Instant.now().toEpochMilli())),
                            "run_id", AttributeValue.fromS("run_1"),
                            "judge", AttributeValue.fromS("judge@1"))));
  }

  static ApiResponse call(ApiClient caller, String prompt)
      throws IOException, InterruptedException {
    return caller.post("/v1/prompts/" + prompt + "/invoke", question().toString());
  }

  static ObjectNode question() {
    ObjectNode body = ApiClient.JSON.createObjectNode().put("input", "How many bytes?");
    body.putObject("variables").put("context", "A sector holds 512 bytes.");
    return body;
  }

  static int version(ApiResponse response) {
    return response.body().path("prompt").path("version").asInt();
  }

  long events(String name) throws Exception {
    return finance
        .get("/admin/prompts/" + name + "/events?limit=1")
        .body()
        .path("events")
        .path(0)
        .path("number")
        .asLong();
  }
}
