package dev.tollgate.endtoend.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Two versions of a prompt, and calls of two teams, some of them served from cache. */
final class DashboardData {
  static final String MARKUP = "<img src=x onerror=\"window.hurt=1\">";

  private static final String GROUNDED =
      "Use only the context.\n" + MARKUP + "\n\nContext: {{context}}";

  private final LocalCloud cloud;
  private final ApiClient admin;
  private final ApiClient finance;

  private DashboardData(DashboardBrowser browser) {
    cloud = browser.cloud();
    admin = browser.admin();
    finance = browser.finance();
  }

  static void create(DashboardBrowser browser) throws Exception {
    new DashboardData(browser).create();
  }

  /** Creates the data unless it exists. */
  static void createOnce(DashboardBrowser browser) throws Exception {
    if (browser.finance().get("/admin/costs?days=30").body().path("total_calls").asInt() == 0) {
      create(browser);
    }
  }

  private void create() throws Exception {
    register("Answer at length.\n" + GROUNDED, "First " + MARKUP);
    activate(1);
    register("Answer briefly.\n" + GROUNDED, "Second");
    activate(2);
    admin.post(
        "/admin/prompts/rag/rollback",
        ApiClient.JSON.createObjectNode().put("reason", MARKUP).toString());
    admin.post(
        "/admin/prompts/rag/semantic",
        ApiClient.JSON.createObjectNode().put("enabled", false).put("reason", MARKUP).toString());
    int calls = 0;
    for (String team : List.of("search", "support")) {
      ApiClient caller = new ApiClient(cloud.url(), Keys.create(cloud.lambda(), team, "invoke"));
      for (int n = 0; n < 4; n++) {
        ObjectNode body =
            ApiClient.JSON
                .createObjectNode()
                .put("input", "How many bytes does sector " + n / 2 + " hold?")
                .put("user", n < 2 ? "alice" : n == 2 ? " =1+1" : MARKUP)
                .put("endpoint", "summaries");
        body.putObject("variables").put("context", "A sector holds 512 bytes.");
        assertEquals(200, caller.post("/v1/prompts/rag/invoke", body.toString()).status());
        calls++;
      }
    }
    writeCallWithMarkup();
    int expected = calls + 1;
    JsonNode report =
        Eventually.get(
            () -> finance.get("/admin/costs?days=30").body(),
            body -> body.path("total_calls").asInt() == expected);
    assertEquals(expected, report.path("total_calls").asInt());
  }

  /** Writes a call that no function accepts, since the dashboard must not rely on validation. */
  private void writeCallWithMarkup() {
    String id = CallId.next(Clock.systemUTC()).value();
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("PK", AttributeValue.fromS(LocalDate.now(ZoneOffset.UTC) + "#0"));
    item.put("SK", AttributeValue.fromS(id));
    item.put("final", AttributeValue.fromBool(true));
    for (String name : List.of("id", "call_id")) {
      item.put(name, AttributeValue.fromS(id));
    }
    for (String name : List.of("team", "user_id", "endpoint", "model", "requested_model")) {
      item.put(name, AttributeValue.fromS(MARKUP));
    }
    Map.of(
            "time", Instant.now().toString(),
            "key_id", "key_01m84y01nqkhqq35sa8x4j6a30",
            "provider", "anthropic",
            "price_id", "fallback",
            "price_status", "estimated",
            "cache", "none",
            "status", "ok",
            "purpose", "live")
        .forEach((name, value) -> item.put(name, AttributeValue.fromS(value)));
    for (String name :
        List.of(
            "input_tokens",
            "cache_read_tokens",
            "cache_write_5m_tokens",
            "cache_write_1h_tokens",
            "output_tokens",
            "reasoning_tokens",
            "avoided_cost_usd",
            "prompt_cache_read_savings_usd",
            "prompt_cache_write_premium_usd",
            "latency_ms")) {
      item.put(name, AttributeValue.fromN("0"));
    }
    item.put("cost_usd", AttributeValue.fromN("0.000000000123456789"));
    cloud.dynamoDb().putItem(put -> put.tableName("tollgate-CallsTable").item(item));
  }

  private void register(String content, String notes) throws IOException, InterruptedException {
    ObjectNode body =
        ApiClient.JSON
            .createObjectNode()
            .put("content", content)
            .put("model", "claude-haiku-4-5")
            .put("temperature", 0)
            .put("author", MARKUP)
            .put("notes", notes);
    assertEquals(201, admin.post("/admin/prompts/rag/versions", body.toString()).status());
  }

  private void activate(int version) throws IOException, InterruptedException {
    ObjectNode body =
        ApiClient.JSON
            .createObjectNode()
            .put("version", version)
            .put("force", true)
            .put("reason", "Tested by hand");
    assertEquals(200, admin.post("/admin/prompts/rag/activate", body.toString()).status());
  }
}
