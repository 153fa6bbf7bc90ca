package dev.tollgate.endtoend.costs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.Tollgate;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Costs of a dozen calls: reports, single calls, CSV and the command. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CostsIT {
  private static final int CALLS = 12;

  /** A formula for spreadsheets. */
  private static final String FORMULA = "=1+1";

  private final LocalCloud cloud;
  private final ApiClient finance;

  CostsIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("costs");
    finance = new ApiClient(cloud.url(), cloud.keys().finance());
  }

  @BeforeAll
  void makeCalls() throws Exception {
    ApiClient invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    for (int i = 0; i < CALLS; i++) {
      boolean fails = i == 5;
      String model = i % 3 == 0 ? "claude-opus-5-5" : "claude-haiku-4-5";
      ObjectNode body =
          ApiClient.JSON
              .createObjectNode()
              .put("model", fails ? model + "+simulate=400" : model)
              .put("max_tokens", 50);
      body.putArray("messages").addObject().put("role", "user").put("content", "Call " + i);
      body.putObject("metadata").put("user_id", i == 7 ? FORMULA : "user" + i % 2);
      ApiResponse answer =
          invoke.post(
              "/v1/messages",
              body.toString(),
              "x-tollgate-endpoint",
              i % 4 == 0 ? "search" : "chat");
      assertEquals(fails ? 400 : 200, answer.status(), answer.body().toString());
    }
    JsonNode report = Eventually.get(this::report, it -> it.path("total_calls").asInt() == CALLS);
    assertEquals(CALLS, report.path("total_calls").asInt(), report.toString());
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  private JsonNode report() throws IOException, InterruptedException {
    return get("/admin/costs?days=1");
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    ApiResponse answer = finance.get(path);
    assertEquals(200, answer.status(), answer.body().toString());
    return answer.body();
  }

  private static BigDecimal sum(JsonNode rows, String field) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.path(field).decimalValue())
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @Test
  void breakdownsAddUpToTotal() throws Exception {
    JsonNode report = report();
    BigDecimal total = report.path("total_usd").decimalValue();

    assertTrue(total.signum() > 0, report.toString());
    for (String part :
        List.of(
            "by_model",
            "by_endpoint",
            "by_team",
            "by_prompt",
            "by_day",
            "by_cache",
            "by_purpose",
            "top_users")) {
      assertEquals(0, total.compareTo(sum(report.path(part), "cost")), part + report);
      assertEquals(CALLS, sum(report.path(part), "calls").intValue(), part + report);
    }
    assertEquals(1, report.path("failed_calls").asInt());
    assertEquals("0.0833", report.path("error_rate").asText());
    assertTrue(report.path("latency_ms").path("p95").asLong() > 0, report.toString());
    assertEquals(0, report.path("previous").path("total_calls").asInt());
    assertTrue(report.path("previous").path("total_usd_change").isNull());
  }

  @Test
  void reportHasTimeOfCompleteness() throws Exception {
    Instant started = Instant.now();
    JsonNode report =
        Eventually.get(
            this::report, it -> Instant.parse(it.path("complete_until").asText()).isAfter(started));

    assertTrue(
        Instant.parse(report.path("complete_until").asText()).isAfter(started), report.toString());
    assertTrue(
        Instant.parse(report.path("newest_call").asText())
            .isAfter(started.minus(Duration.ofMinutes(10))));
  }

  @Test
  void filtersAndPagesGroups() throws Exception {
    String path = "/admin/costs?days=1&group_by=day,user,model&endpoint=chat&limit=2";
    JsonNode page = get(path);
    List<JsonNode> rows = new ArrayList<>();
    page.path("groups").forEach(rows::add);
    while (page.path("cursor").isTextual()) {
      assertEquals(2, page.path("groups").size());
      page = get(path + "&cursor=" + page.path("cursor").asText());
      page.path("groups").forEach(rows::add);
    }

    assertEquals(
        9, rows.stream().mapToInt(row -> row.path("calls").asInt()).sum(), rows.toString());
    assertEquals(rows.size(), rows.stream().distinct().count());
    JsonNode alone = get(path.replace("limit=2", "limit=100&only=groups"));
    assertEquals(
        List.of("groups", "cursor"), alone.propertyStream().map(Map.Entry::getKey).toList());
    assertEquals(rows, alone.path("groups").valueStream().toList());
    assertEquals(9, get("/admin/costs?days=1&endpoint=chat").path("total_calls").asInt());
    assertEquals(
        3,
        get("/admin/costs?days=1&user=user1&user=%3D1%2B1&model=claude-haiku-4-5&endpoint=chat")
            .path("total_calls")
            .asInt());
  }

  @Test
  void findsAndPagesSingleCalls() throws Exception {
    List<String> ids = new ArrayList<>();
    JsonNode page = get("/admin/costs/calls?days=1&limit=5");
    page.path("calls").forEach(call -> ids.add(call.path("id").asText()));
    while (page.path("cursor").isTextual()) {
      page = get("/admin/costs/calls?days=1&limit=5&cursor=" + page.path("cursor").asText());
      page.path("calls").forEach(call -> ids.add(call.path("id").asText()));
    }

    assertEquals(CALLS, ids.size());
    assertEquals(ids.stream().sorted().toList().reversed(), ids);
    JsonNode failed = get("/admin/costs/calls?failed=true").path("calls");
    assertEquals(1, failed.size());
    assertEquals("error", failed.path(0).path("status").asText());
    assertEquals(
        failed,
        get("/admin/costs/calls?call_id=" + failed.path(0).path("call_id").asText()).path("calls"));
  }

  @Test
  void onlyFinanceAndAdminCanRead() throws Exception {
    for (String path : List.of("/admin/costs", "/admin/costs/calls")) {
      assertEquals(401, new ApiClient(cloud.url(), Optional.empty()).get(path).status());
      assertEquals(403, new ApiClient(cloud.url(), cloud.keys().invoke()).get(path).status());
      assertEquals(200, new ApiClient(cloud.url(), cloud.keys().admin()).get(path).status());
    }
    assertEquals(404, finance.get("/admin/costs/weather").status());
    assertEquals(405, finance.post("/admin/costs/calls", "{}").status());
  }

  @Test
  void namesInvalidParameter() throws Exception {
    assertEquals(
        "400 invalid_request_error unknown_name modell",
        finance.get("/admin/costs?modell=x").error());
    assertEquals(
        "400 invalid_request_error invalid_value group_by",
        finance.get("/admin/costs?group_by=modell").error());
    assertEquals(
        "400 invalid_request_error unknown_name group_by",
        finance.get("/admin/costs/calls?group_by=model").error());
    assertEquals(
        "400 invalid_request_error missing_value group_by",
        finance.get("/admin/costs?format=csv").error());
  }

  @Test
  void directInvocationReturnsSameReport() throws Exception {
    JsonNode http = get("/admin/costs?days=1&group_by=model&endpoint=chat&endpoint=search");
    JsonNode direct =
        direct(
            "{\"action\": \"report\", \"days\": 1, \"group_by\": [\"model\"],"
                + " \"endpoint\": [\"chat\", \"search\"]}");
    // The second report is a moment later.
    ((ObjectNode) http).remove("complete_until");
    ((ObjectNode) direct).remove("complete_until");

    assertEquals(http, direct);
    assertEquals(
        get("/admin/costs/calls?days=1&failed=true"),
        direct("{\"action\": \"calls\", \"days\": 1, \"failed\": true}"));
    assertEquals(
        "unknown_name",
        direct("{\"action\": \"report\", \"dayz\": 1}").path("error").path("code").asText());
  }

  private JsonNode direct(String event) throws IOException, InterruptedException {
    return ApiClient.JSON.readTree(
        cloud.lambda().invoke("costReport", event.getBytes(StandardCharsets.UTF_8)).text());
  }

  @Test
  void csvIsSafeForSpreadsheets() throws Exception {
    HttpResponse<String> csv = csv("/admin/costs/calls?days=1", "text/csv");
    List<String> lines = csv.body().lines().toList();

    assertEquals("text/csv; charset=utf-8; header=present", header(csv, "content-type"));
    assertTrue(header(csv, "content-disposition").contains(".csv"));
    assertEquals(CALLS + 1, lines.size());
    assertTrue(lines.getFirst().startsWith("id,call_id,final,time,key_id,team,user_id,"));
    assertEquals(1, lines.stream().filter(line -> line.contains(",'" + FORMULA + ",")).count());
    assertFalse(csv.body().contains("," + FORMULA));

    HttpResponse<String> groups =
        csv("/admin/costs?days=1&group_by=user&format=csv&limit=1", "*/*");
    assertEquals(2, groups.body().lines().count());
    assertEquals("1", header(groups, "x-tollgate-cursor"));
  }

  private HttpResponse<String> csv(String path, String accept)
      throws IOException, InterruptedException {
    URI uri = cloud.url().resolve(path);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client.send(
          HttpRequest.newBuilder(uri)
              .header("x-api-key", cloud.keys().finance())
              .header("accept", accept)
              .build(),
          BodyHandlers.ofString());
    }
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void commandShowsAndExportsCosts(@TempDir Path folder) throws Exception {
    String shown = tollgate(folder, "costs", "--days", "1", "--by", "endpoint,model");
    assertTrue(shown.contains("ENDPOINT  MODEL"), shown);
    assertTrue(shown.lines().anyMatch(line -> line.startsWith("search") && line.contains("opus")));
    assertEquals(
        report().path("by_model"),
        ApiClient.JSON
            .readTree(tollgate(folder, "costs", "--days", "1", "--json"))
            .path("by_model"));

    String failed = tollgate(folder, "costs", "calls", "--failed");
    assertEquals(2, failed.lines().count(), failed);

    String csv = tollgate(folder, "costs", "export", "--days", "1");
    assertEquals(CALLS + 1, csv.lines().count());
    tollgate(folder, "costs", "export", "--days", "1", "calls.csv");
    assertEquals(csv, Files.readString(folder.resolve("calls.csv")));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
    assertEquals(
        4, tollgate(folder, "costs", "export", "--by", "user", "--days", "1").lines().count());
  }

  private String tollgate(Path folder, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Tollgate.run(
            arguments,
            Map.of("TOLLGATE_URL", cloud.url().toString(), "TOLLGATE_KEY", cloud.keys().finance()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            folder);
    assertEquals(0, exitCode, err.toString(StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }
}
