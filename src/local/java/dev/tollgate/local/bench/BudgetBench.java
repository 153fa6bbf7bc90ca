package dev.tollgate.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The time that a budget adds to a call in its function. The calls take turns, so that all see the
 * same machine. A transaction on as many items as a reservation is timed with them: it is the cost
 * of one round trip.
 */
final class BudgetBench {
  private static final int WARM_UP = 100;
  private static final int CALLS = 300;
  private static final String MODEL = "claude-haiku-4-5";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LocalCloud cloud;

  private BudgetBench(LocalCloud cloud) {
    this.cloud = cloud;
  }

  static void measure() throws IOException, InterruptedException {
    try (LocalCloud cloud = Bench.cloud("budgets")) {
      new BudgetBench(cloud).calls();
    }
  }

  private void calls() throws IOException, InterruptedException {
    List<String> keys = List.of(key("none"), key("hard"), key("reached"));
    setBudget("hard", "hard_usd");
    setBudget("reached", "soft_usd");
    for (String key : keys) {
      warmUp(key);
    }
    List<Samples> samples = List.of(new Samples(), new Samples(), new Samples());
    Samples trips = new Samples();
    for (int i = 0; i < CALLS; i++) {
      for (int j = 0; j < keys.size(); j++) {
        // Each comes first, second and third equally often.
        int turn = (i + j) % keys.size();
        samples.get(turn).add(call(keys.get(turn)));
      }
      trips.add(transaction());
    }
    Duration without = samples.getFirst().percentile(50);
    BenchReport.printSection("A call of its function with a budget, against one without, p50");
    BenchReport.printRow("with a budget", samples.get(1).percentile(50), without, "");
    BenchReport.printRow("beyond a soft limit", samples.get(2).percentile(50), without, "");
    BenchReport.printRow(
        "one transaction of two items", BenchReport.formatMillis(trips.percentile(50)), "");
  }

  private void warmUp(String key) throws InterruptedException {
    for (int i = 0; i < WARM_UP; i++) {
      call(key);
    }
  }

  private Duration call(String key) throws InterruptedException {
    return FunctionBench.invoke(
        cloud, FunctionBench.event(key, MODEL, UUID.randomUUID().toString(), "1"));
  }

  private Duration transaction() {
    List<TransactWriteItem> writes = List.of(write(), write());
    long begun = System.nanoTime();
    cloud.dynamoDb().transactWriteItems(transaction -> transaction.transactItems(writes));
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private static TransactWriteItem write() {
    return TransactWriteItem.builder()
        .put(
            put ->
                put.tableName("tollgate-PromptsTable")
                    .item(
                        Map.of(
                            "PK", AttributeValue.fromS("BENCH"),
                            "SK", AttributeValue.fromS(UUID.randomUUID().toString()))))
        .build();
  }

  private String key(String team) throws IOException, InterruptedException {
    ObjectNode fields = JSON.createObjectNode().put("action", "createKey").put("team", team);
    fields.putArray("roles").add("invoke");
    return invokeAdmin(fields).path("secret").asText();
  }

  /** A hard limit that is far away, or a soft one that every call but the first is beyond. */
  private void setBudget(String team, String limit) throws IOException, InterruptedException {
    invokeAdmin(
        JSON.createObjectNode()
            .put("action", "setBudget")
            .put("scope", "team")
            .put("id", team)
            .put("period", "monthly")
            .put(limit, new BigDecimal(limit.equals("hard_usd") ? "1000000" : "0.000001")));
  }

  private JsonNode invokeAdmin(ObjectNode fields) throws IOException, InterruptedException {
    JsonNode answer =
        JSON.readTree(
            cloud
                .lambda()
                .invoke("promptAdmin", fields.toString().getBytes(StandardCharsets.UTF_8))
                .text());
    if (answer.has("error")) {
      throw new IllegalStateException("promptAdmin answered " + answer);
    }
    return answer;
  }
}
