package dev.tollgate.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.lambda.ResidentMemory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The part of {@code make bench} on tests of prompts: how long a suite of 50 cases with a judge
 * takes against a model that answers after 200 ms, and how much memory the function takes for it.
 */
final class RegressionBench {
  private static final int CASES = 50;
  private static final int CONCURRENCY = 8;
  private static final Duration MODEL_LATENCY = Duration.ofMillis(200);
  private static final String FUNCTION = "nightlyRegression";
  private static final long POLL_INTERVAL_MILLIS = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LocalCloud cloud;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RegressionBench(LocalCloud cloud) {
    this.cloud = cloud;
  }

  static void measure() throws IOException, InterruptedException {
    try (LocalCloud cloud = Bench.cloud("tests")) {
      new RegressionBench(cloud).runs();
    }
  }

  private void runs() throws IOException, InterruptedException {
    prepare();
    // A cold start is measured elsewhere.
    Duration first = run();
    sendToModel("DELETE", "/_requests", "");
    Duration took = run();
    long calls = JSON.readTree(sendToModel("GET", "/_requests", "")).path("count").asLong();
    Duration ideal = MODEL_LATENCY.multipliedBy(calls).dividedBy(CONCURRENCY);
    BenchReport.printSection("A run of 50 cases with a judge, model of 200 ms");
    BenchReport.printRow("the first, cold start included", BenchReport.formatSeconds(first), "");
    BenchReport.printRow(
        calls + " calls, against eight always under way", took, ideal, "ratio 1.30");
    BenchReport.printRow("memory of " + FUNCTION, memory(), "512 MB");
  }

  private void prepare() throws IOException, InterruptedException {
    ObjectNode version =
        JSON.createObjectNode()
            .put("content", Files.readString(Path.of("prompts/rag_system.txt")))
            .put("model", "claude-haiku-4-5")
            .put("temperature", 0);
    sendAsAdmin("POST", "/admin/prompts/bench/versions", version.toString());
    StringBuilder suite = new StringBuilder("tests:\n");
    for (int i = 0; i < CASES; i++) {
      suite
          .append("  - vars:\n      query: How many bytes does sector %d hold?\n".formatted(i))
          .append("      context: Sector %d holds %d bytes.\n".formatted(i, 512 + i))
          .append("    assert: [{type: contains, value: '%d'}, ".formatted(512 + i))
          .append("{type: context-faithfulness}]\n");
    }
    sendAsAdmin("PUT", "/admin/prompts/bench/suite", suite.toString());
    sendToModel(
        "POST", "/_simulate", "{\"behaviour\": \"delay:%d\"}".formatted(MODEL_LATENCY.toMillis()));
  }

  /** The time from the run's start to its end, as the run itself says. */
  private Duration run() throws IOException, InterruptedException {
    String id =
        sendAsAdmin("POST", "/admin/prompts/bench/versions/1/runs", "{}").path("run_id").asText();
    String path = "/admin/prompts/bench/runs/" + id + "?limit=1";
    JsonNode run = sendAsAdmin("GET", path, "");
    while (run.path("state").asText().equals("running")) {
      Thread.sleep(POLL_INTERVAL_MILLIS);
      run = sendAsAdmin("GET", path, "");
    }
    if (!run.path("outcome").asText().equals("passed")) {
      throw new IOException("the run did not pass: " + run);
    }
    return Duration.between(
        Instant.parse(run.path("started").asText()), Instant.parse(run.path("finished").asText()));
  }

  private String memory() throws IOException {
    long most = 0;
    for (long process : cloud.lambda().processes(FUNCTION)) {
      most = Math.max(most, ResidentMemory.of(process));
    }
    return BenchReport.formatMegabytes(most);
  }

  private JsonNode sendAsAdmin(String method, String path, String body)
      throws IOException, InterruptedException {
    return JSON.readTree(send(cloud.url().resolve(path), method, body));
  }

  private String sendToModel(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(cloud.model().orElseThrow().url().resolve(path), method, body);
  }

  private String send(URI uri, String method, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(uri)
                .header("x-api-key", cloud.keys().admin())
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException(uri + " answered " + response.statusCode() + ": " + response.body());
    }
    return response.body();
  }
}
