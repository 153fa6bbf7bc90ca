package dev.tollgate.endtoend.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** In a local cloud, a prompt file has precedence over the registry. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PromptFilesIT {
  private static final String QUESTION =
      "{\"input\": \"How many bytes?\", \"variables\": {\"context\": \"A sector holds 512"
          + " bytes.\"}}";

  private final Path files;
  private final LocalCloud cloud;
  private final ApiClient admin;
  private final ApiClient invoke;

  PromptFilesIT() throws IOException, InterruptedException {
    Path data = TestClouds.folder("files");
    files = Files.createDirectory(data.resolve("prompts"));
    Files.writeString(files.resolve("defaults.yaml"), "model: claude-haiku-4-5\ntemperature: 0\n");
    cloud = TestClouds.start(data, Map.of("PROMPT_FILES", files.toString()));
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void usesCurrentFileOrElseRegistry() throws Exception {
    register("edited");
    ApiResponse fromRegistry = call("edited");
    Files.writeString(files.resolve("edited.txt"), "From the file: {{context}}\n");
    ApiResponse fromFile = call("edited");
    Files.writeString(files.resolve("edited.txt"), "No variable any more.\n");
    ApiResponse edited = call("edited");
    Files.delete(files.resolve("edited.txt"));
    ApiResponse again = call("edited");

    assertEquals("edited@1", fromRegistry.header("x-tollgate-prompt"));
    assertEquals("edited@file", fromFile.header("x-tollgate-prompt"), fromFile.body().toString());
    assertTrue(fromFile.body().path("prompt").path("version").isNull());
    assertEquals("400 invalid_request_error unknown_name variables.context", edited.error());
    assertEquals("edited@1", again.header("x-tollgate-prompt"));
  }

  @Test
  void namesInvalidFile() throws Exception {
    Files.writeString(files.resolve("broken.yaml"), "---\nmodle: x\n---\nText\n");
    ApiResponse response = call("broken");

    assertEquals("500 api_error prompt_file_invalid null", response.error());
    String message = response.body().path("error").path("message").asText();
    assertTrue(message.contains("broken.yaml") && message.contains("modle"), message);
  }

  @Test
  void recordsCallsWithFile() throws Exception {
    Files.writeString(files.resolve("booked.txt"), "Use this: {{context}}\n");
    assertEquals(200, call("booked").status());
    ApiClient finance = new ApiClient(cloud.url(), cloud.keys().finance());

    assertTrue(
        Eventually.get(
                () -> finance.get("/admin/costs?days=1").body().path("by_endpoint"),
                endpoints -> endpoints.toString().contains("booked"))
            .toString()
            .contains("booked"));
  }

  private void register(String name) throws Exception {
    TestClouds.activate(
        cloud,
        name,
        ApiClient.JSON
            .createObjectNode()
            .put("content", "Context: {{context}}")
            .put("model", "claude-haiku-4-5"));
  }

  private ApiResponse call(String name) throws Exception {
    return invoke.post("/v1/prompts/" + name + "/invoke", QUESTION);
  }
}
