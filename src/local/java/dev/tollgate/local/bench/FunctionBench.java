package dev.tollgate.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.lambda.InvocationResult;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The function {@code invokeLlm} without the gateway before it: events go straight to its process.
 *
 * <p>The engines' share is measured with it, call by call, so that both see the same machine: one
 * direct model call, and one item put into DynamoDB Local. A hit's read from Redis stays in. What
 * is left leaves out what the function's own clients of the two cost; the processor time of its
 * process has that in, and its compiler and garbage collector too.
 *
 * @param miss a call that the model answers after 50 ms
 * @param hit a call that the cache answers
 * @param model the same question to the same model
 * @param put an item of the size of a call's record, put into DynamoDB Local
 * @param missProcessorTime of one such call, on the average
 * @param hitProcessorTime of one such call, on the average
 */
record FunctionBench(
    Samples miss,
    Samples hit,
    Samples model,
    Samples put,
    Duration missProcessorTime,
    Duration hitProcessorTime) {
  private static final int WARM_UP = 500;
  private static final int CALLS = 300;
  private static final int RECORD_LENGTH = 800;
  private static final String FUNCTION = "invokeLlm";
  private static final ObjectMapper JSON = new ObjectMapper();

  static void run() throws IOException, InterruptedException {
    try (LocalCloud cloud = Bench.cloud("function")) {
      measure(cloud).printRows();
    }
  }

  private void printRows() {
    BenchReport.printSection("The function `invokeLlm` itself, p50");
    BenchReport.printRow(
        "miss, 50 ms model, against the model", miss.percentile(50), model.percentile(50), "");
    BenchReport.printRow(
        "  without model and DynamoDB", BenchReport.formatMillis(missOverhead()), "3 ms");
    BenchReport.printRow(
        "  its processor time, mean", BenchReport.formatMillis(missProcessorTime), "");
    BenchReport.printRow("that miss against a hit", miss.percentile(50), hit.percentile(50), "");
    BenchReport.printRow(
        "  both without DynamoDB", miss.difference(put, 50), hit.difference(put, 50), "ratio 20");
    BenchReport.printRow(
        "  processor time of a hit, mean", BenchReport.formatMillis(hitProcessorTime), "");
    BenchReport.printRow(
        "one put into DynamoDB Local", BenchReport.formatMillis(put.percentile(50)), "");
  }

  /** A 50 ms call without the model and the record. */
  private Duration missOverhead() {
    return miss.difference(model, 50).minus(put.percentile(50));
  }

  private static FunctionBench measure(LocalCloud cloud) throws IOException, InterruptedException {
    String hit = event(cloud, "claude-haiku-4-5", "hit", "0");
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    for (int i = 0; i < WARM_UP; i++) {
      invoke(cloud, event(cloud, "claude-haiku-4-5", "warm up " + i, "1"));
      invoke(cloud, hit);
      put(cloud);
    }
    Samples misses = new Samples();
    Samples models = new Samples();
    Samples puts = new Samples();
    Duration before = processorTime(cloud);
    for (int i = 0; i < CALLS; i++) {
      misses.add(invoke(cloud, event(cloud, Bench.SLOW_MODEL, "measured " + i, "1")));
      models.add(ask(cloud, client, "measured " + i));
      puts.add(put(cloud));
    }
    Duration between = processorTime(cloud);
    Samples hits = new Samples();
    for (int i = 0; i < CALLS; i++) {
      hits.add(invoke(cloud, hit));
      puts.add(put(cloud));
    }
    Duration after = processorTime(cloud);
    client.close();
    return new FunctionBench(
        misses,
        hits,
        models,
        puts,
        between.minus(before).dividedBy(CALLS),
        after.minus(between).dividedBy(CALLS));
  }

  static Duration invoke(LocalCloud cloud, String event) throws InterruptedException {
    byte[] payload = event.getBytes(StandardCharsets.UTF_8);
    long begun = System.nanoTime();
    InvocationResult result = cloud.lambda().invoke(FUNCTION, payload);
    Duration duration = Duration.ofNanos(System.nanoTime() - begun);
    if (!result.text().contains("\"statusCode\":200")) {
      throw new IllegalStateException("the function answered " + result.text());
    }
    return duration;
  }

  /** What API Gateway makes of a call. */
  private static String event(LocalCloud cloud, String model, String question, String temperature) {
    return event(cloud.keys().invoke(), model, question, temperature);
  }

  /** The same of a caller with another key. */
  static String event(String key, String model, String question, String temperature) {
    ObjectNode event =
        JSON.createObjectNode().put("httpMethod", "POST").put("path", "/v1/messages");
    event.putObject("requestContext").put("requestTimeEpoch", System.currentTimeMillis());
    event.putObject("headers").put("x-api-key", key);
    return event
        .put("body", Bench.messages(model, question, new BigDecimal(temperature)))
        .toString();
  }

  private static Duration processorTime(LocalCloud cloud) {
    return cloud.lambda().processes(FUNCTION).stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration ask(LocalCloud cloud, HttpClient client, String question)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(cloud.model().orElseThrow().url().resolve("/v1/messages"))
            .header("x-api-key", "bench")
            .header("anthropic-version", "2023-06-01")
            .POST(
                BodyPublishers.ofString(Bench.messages(Bench.SLOW_MODEL, question, BigDecimal.ONE)))
            .build();
    long begun = System.nanoTime();
    client.send(request, BodyHandlers.ofString());
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Puts an item where no ledger will read it. */
  private static Duration put(LocalCloud cloud) {
    Map<String, AttributeValue> item =
        Map.of(
            "PK", AttributeValue.fromS("BENCH"),
            "SK", AttributeValue.fromS(UUID.randomUUID().toString()),
            "record", AttributeValue.fromS("x".repeat(RECORD_LENGTH)));
    long begun = System.nanoTime();
    cloud.dynamoDb().putItem(put -> put.tableName("tollgate-PromptsTable").item(item));
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
