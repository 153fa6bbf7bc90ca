package dev.tollgate.endtoend.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Restarts of a local cloud, two clouds at once, and a cloud without a model. */
final class RestartIT {
  private static final String NOBODY_LISTENS = "http://127.0.0.1:1";

  private final Path data;

  RestartIT() throws IOException {
    data = TestClouds.folder("restart");
  }

  @Test
  void dataSurvivesRestart() throws Exception {
    Keys keys;
    JsonNode before;
    try (LocalCloud cloud = TestClouds.start(data, Map.of())) {
      keys = cloud.keys();
      TestClouds.activate(
          cloud,
          "kept",
          ApiClient.JSON
              .createObjectNode()
              .put("content", "Be brief.")
              .put("model", "claude-haiku-4-5"));
      assertEquals(200, call(cloud, keys).status());
      before = figures(reportOf(cloud, keys, 1));
    }
    try (LocalCloud cloud = TestClouds.start(data, Map.of())) {
      assertEquals(keys, cloud.keys());
      assertEquals(before, figures(reportOf(cloud, keys, 1)));
      assertEquals(200, call(cloud, keys).status());
      assertEquals(2, reportOf(cloud, keys, 2).path("total_calls").asInt());
    }
  }

  @Test
  void missedCallsAreInsertedAfterRestart() throws Exception {
    Keys keys;
    try (LocalCloud cloud = TestClouds.start(data, Map.of())) {
      keys = cloud.keys();
      cloud.engines().postgres().stop();
      assertEquals(200, plain(cloud, keys).status());
      assertEquals(200, plain(cloud, keys).status());
    }
    try (LocalCloud cloud = TestClouds.start(data, Map.of())) {
      assertEquals(2, reportOf(cloud, keys, 2).path("total_calls").asInt());
    }
  }

  @Test
  void secondCloudOnSameFolderNamesOwner() throws Exception {
    try (LocalCloud cloud = TestClouds.start(data, Map.of())) {
      IOException rejected =
          assertThrows(IOException.class, () -> TestClouds.start(data, Map.of()).close());
      assertTrue(
          String.valueOf(rejected.getMessage()).contains("pid " + ProcessHandle.current().pid()),
          rejected.toString());
      assertEquals(404, new ApiClient(cloud.url(), "x").get("/").status());
    }
  }

  @Test
  void cloudsInTwoFoldersAreIndependent() throws Exception {
    try (LocalCloud one = TestClouds.start(data, Map.of());
        LocalCloud two =
            TestClouds.start(
                TestClouds.folder("beside"), Map.of("ANTHROPIC_BASE_URL", NOBODY_LISTENS))) {
      assertEquals(200, plain(one, one.keys()).status());
      assertEquals(401, plain(two, one.keys()).status());
      assertEquals("502 api_error provider_unreachable null", plain(two, two.keys()).error());
      JsonNode succeeded = reportOf(one, one.keys(), 1);
      assertEquals(1, succeeded.path("total_calls").asInt());
      assertEquals(0, succeeded.path("failed_calls").asInt());
      JsonNode failed = reportOf(two, two.keys(), 1);
      assertEquals(1, failed.path("total_calls").asInt());
      assertEquals(1, failed.path("failed_calls").asInt());
      assertEquals(0, failed.path("total_usd").asInt());
    }
  }

  @Test
  void namesPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());
      IOException rejected =
          assertThrows(
              IOException.class, () -> TestClouds.start(data, Map.of("PORT", port)).close());
      assertTrue(String.valueOf(rejected.getMessage()).contains(port), rejected.toString());
      assertTrue(String.valueOf(rejected.getMessage()).contains("PORT"), rejected.toString());
    }
  }

  private static ApiResponse call(LocalCloud cloud, Keys keys)
      throws IOException, InterruptedException {
    return new ApiClient(cloud.url(), keys.invoke())
        .post("/v1/prompts/kept/invoke", "{\"input\": \"Who are you?\"}");
  }

  private static ApiResponse plain(LocalCloud cloud, Keys keys)
      throws IOException, InterruptedException {
    return new ApiClient(cloud.url(), keys.invoke())
        .post(
            "/v1/messages",
            """
            {"model": "claude-haiku-4-5", "max_tokens": 10,
             "messages": [{"role": "user", "content": "Who are you?"}]}
            """);
  }

  /** A report without its time of completeness, which differs between requests. */
  private static JsonNode figures(JsonNode report) {
    return report.<ObjectNode>deepCopy().without("complete_until");
  }

  private static JsonNode reportOf(LocalCloud cloud, Keys keys, int calls) throws Exception {
    ApiClient finance = new ApiClient(cloud.url(), keys.finance());
    return Eventually.get(
        () -> finance.get("/admin/costs").body(),
        report -> report.path("total_calls").asInt(-1) >= calls);
  }
}
