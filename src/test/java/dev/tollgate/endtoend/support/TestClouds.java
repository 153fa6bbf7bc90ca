package dev.tollgate.endtoend.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Starts local clouds for tests, each on a free port and with its own data. */
public final class TestClouds {
  private TestClouds() {}

  public static LocalCloud start(String name) throws IOException, InterruptedException {
    return start(name, Map.of());
  }

  /** Starts with environment variables. */
  public static LocalCloud start(String name, Map<String, String> environment)
      throws IOException, InterruptedException {
    return start(folder(name), environment);
  }

  /** Starts with the data in a folder. */
  public static LocalCloud start(Path data, Map<String, String> environment)
      throws IOException, InterruptedException {
    Map<String, String> settings = new HashMap<>(environment);
    settings.putIfAbsent("PORT", "0");
    return LocalCloud.start(LocalSettings.of(Path.of("").toAbsolutePath(), data, settings));
  }

  /** Creates an empty data folder. */
  public static Path folder(String name) throws IOException {
    return Files.createTempDirectory(Files.createDirectories(Path.of("target/it")), name)
        .toAbsolutePath();
  }

  /** Activates the first version of a prompt that answers from its context. */
  public static void activatePrompt(LocalCloud cloud, String name, String model)
      throws IOException, InterruptedException {
    activate(
        cloud,
        name,
        ApiClient.JSON
            .createObjectNode()
            .put("content", "Use only the context.\n\nContext: {{context}}")
            .put("model", model));
  }

  /** Activates the first version of a prompt without tests, and returns the response. */
  public static JsonNode activate(LocalCloud cloud, String name, JsonNode version)
      throws IOException, InterruptedException {
    ApiClient admin = new ApiClient(cloud.url(), cloud.keys().admin());
    String prompt = "/admin/prompts/" + name;
    ApiResponse registered = admin.post(prompt + "/versions", version.toString());
    assertEquals(201, registered.status(), registered.body().toString());
    ApiResponse activated =
        admin.post(prompt + "/activate", "{\"version\": 1, \"force\": true, \"reason\": \"test\"}");
    assertEquals(200, activated.status(), activated.body().toString());
    return activated.body();
  }

  /** The cost report of the last 30 days. */
  public static JsonNode report(LocalCloud cloud) throws IOException, InterruptedException {
    return new ApiClient(cloud.url(), cloud.keys().finance()).get("/admin/costs?days=30").body();
  }

  /** The cost report, once it has every call of the calls table. */
  public static JsonNode settledReport(LocalCloud cloud) throws Exception {
    return Eventually.get(
        () -> report(cloud), report -> report.path("total_calls").asInt(-1) == endedCalls(cloud));
  }

  /** The increase of a figure between two reports. */
  public static BigDecimal difference(JsonNode before, JsonNode after, String field) {
    return after.path(field).decimalValue().subtract(before.path(field).decimalValue());
  }

  /** The number of finished calls. */
  public static int endedCalls(LocalCloud cloud) {
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
