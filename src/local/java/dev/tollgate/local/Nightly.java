package dev.tollgate.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * {@code make nightly}: what the schedule does at night, now, and with what came of it shown. The
 * runs are new ones, so it always does something; what would alarm somebody is marked.
 */
public final class Nightly {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long POLL_INTERVAL_MILLIS = 500;

  private final URI lambda;
  private final URI api;
  private final String key;
  private final PrintStream out;
  private final HttpClient client = HttpClient.newHttpClient();

  private Nightly(URI lambda, URI api, String key, PrintStream out) {
    this.lambda = lambda;
    this.api = api;
    this.key = key;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path file = Path.of(".local/endpoints.json");
    if (!Files.exists(file)) {
      System.err.println("No local cloud runs here: start one with `make run`.");
      System.exit(1);
    }
    JsonNode endpoints = JSON.readTree(file.toFile());
    try {
      run(
          URI.create(endpoints.path("lambda").asText()),
          URI.create(endpoints.path("url").asText()),
          endpoints.path("keys").path("admin").asText(),
          System.out);
    } catch (IOException e) {
      System.err.println("Failed to start the nightly run: " + e.getMessage());
      System.exit(1);
    }
  }

  /**
   * Starts the nightly run of a local cloud and prints its outcomes.
   *
   * @param key of an author or an admin
   */
  public static void run(URI lambda, URI api, String key, PrintStream out)
      throws IOException, InterruptedException {
    Nightly nightly = new Nightly(lambda, api, key, out);
    try (HttpClient unused = nightly.client) {
      nightly.run();
    }
  }

  private void run() throws IOException, InterruptedException {
    JsonNode runs = startRuns().path("runs");
    if (runs.isEmpty()) {
      out.println("No prompt has both a version in production and a suite.");
      return;
    }
    for (JsonNode run : runs) {
      print(awaitEnd(run.path("name").asText(), run.path("run_id").asText()));
    }
  }

  private JsonNode startRuns() throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(
                    lambda.resolve("/2015-03-31/functions/nightlyRegression/invocations"))
                .POST(BodyPublishers.ofString("{\"action\": \"nightly\"}"))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200
        || response.headers().firstValue("x-amz-function-error").isPresent()) {
      throw new IOException(response.body());
    }
    return JSON.readTree(response.body());
  }

  private JsonNode awaitEnd(String name, String id) throws IOException, InterruptedException {
    String path = "/admin/prompts/%s/runs/%s?limit=1".formatted(name, id);
    JsonNode run = get(path);
    while (run.path("state").asText().equals("running")) {
      Thread.sleep(POLL_INTERVAL_MILLIS);
      run = get(path);
    }
    return run;
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(api.resolve(path)).header("x-api-key", key).build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.body());
    }
    return JSON.readTree(response.body());
  }

  private void print(JsonNode run) {
    out.printf(
        "%s version %d: %s%n  %s%n  run %s, judged by %s%n",
        run.path("name").asText(),
        run.path("version").asInt(),
        run.path("outcome").asText().replace('_', ' ').toUpperCase(Locale.ROOT),
        run.path("reason").asText(),
        run.path("run_id").asText(),
        run.path("judge").asText());
    if (run.path("alarm").asBoolean()) {
      out.println("  In AWS, EventBridge and SNS notify the subscribers of the alarms.");
    }
  }
}
