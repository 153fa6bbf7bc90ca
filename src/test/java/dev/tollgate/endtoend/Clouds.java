package dev.tollgate.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.endtoend.Api.Answer;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Local clouds of tests, each on any free port and with data of its own. */
final class Clouds {
  private Clouds() {}

  static LocalCloud start(String name) throws IOException, InterruptedException {
    return start(name, Map.of());
  }

  /** Starts with what the environment is to say. */
  static LocalCloud start(String name, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target/it")), name);
    Map<String, String> settings = new HashMap<>(environment);
    settings.put("PORT", "0");
    return LocalCloud.start(
        LocalSettings.of(Path.of("").toAbsolutePath(), data.toAbsolutePath(), settings));
  }

  /** Puts the first version of a prompt into production, which answers from its context. */
  static void activatePrompt(LocalCloud cloud, String name, String model)
      throws IOException, InterruptedException {
    Api admin = new Api(cloud.url(), cloud.keys().admin());
    Answer registered =
        admin.post(
            "/admin/prompts/" + name + "/versions",
            Api.JSON
                .createObjectNode()
                .put("content", "Use only the context.\n\nContext: {{context}}")
                .put("model", model)
                .toString());
    assertEquals(201, registered.status(), registered.body().toString());
    Answer activated =
        admin.post(
            "/admin/prompts/" + name + "/activate",
            "{\"version\": 1, \"force\": true, \"reason\": \"test\"}");
    assertEquals(200, activated.status(), activated.body().toString());
  }

  /** What finance is told of the last thirty days. */
  static JsonNode report(LocalCloud cloud) throws IOException, InterruptedException {
    return new Api(cloud.url(), cloud.keys().finance()).get("/admin/costs?days=30").body();
  }

  /** The same once it holds every call that is in the calls table. */
  static JsonNode settledReport(LocalCloud cloud) throws Exception {
    return Eventually.get(
        () -> report(cloud), report -> report.path("total_calls").asInt(-1) == endedCalls(cloud));
  }

  /** How many calls have ended, of however many attempts. */
  static int endedCalls(LocalCloud cloud) {
    return cloud
        .dynamoDb()
        .scanPaginator(
            scan ->
                scan.tableName("tollgate-CallsTable")
                    .consistentRead(true)
                    .filterExpression("#final = :true")
                    .expressionAttributeNames(Map.of("#final", "final"))
                    .expressionAttributeValues(Map.of(":true", AttributeValue.fromBool(true))))
        .stream()
        .mapToInt(page -> page.items().size())
        .sum();
  }
}
