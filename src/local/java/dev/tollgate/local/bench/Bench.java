package dev.tollgate.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code make bench}: how long the local cloud takes to start and to answer, and how much memory it
 * holds. One caller, one call after the other.
 */
public final class Bench {
  private static final int WARM_UP = 500;
  private static final int CALLS = 1000;
  private static final int SLOW_CALLS = 500;

  /** Answers after 50 ms. */
  static final String SLOW_MODEL = "claude-haiku-4-5+simulate=delay:50";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Bench() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path data = Path.of("target/bench").toAbsolutePath();
    delete(data);
    row("measure", "value", "target");
    try (RunningCloud cloud = RunningCloud.start(data)) {
      row("start to ready, new data folder", seconds(cloud.startUp()), "");
    }
    try (RunningCloud cloud = RunningCloud.start(data)) {
      row("start to ready, from a built tree", seconds(cloud.startUp()), "15 s");
      row("idle memory of all processes", megabytes(cloud.memory()), "1,500 MB");
      prepare(cloud);
      row("first call", millis(cloud.invoke(question("first"))), "4,000 ms");
      warmCalls(cloud);
      addedLatency(cloud);
      row("memory after the calls", megabytes(cloud.memory()), "");
    }
    inFunction(InFunction.measure(data));
  }

  private static void prepare(RunningCloud cloud) throws IOException, InterruptedException {
    ObjectNode version =
        JSON.createObjectNode()
            .put("content", Files.readString(Path.of("prompts/rag_system.txt")))
            .put("model", "claude-haiku-4-5")
            .put("temperature", 0);
    cloud.admin("/admin/prompts/bench/versions", version.toString());
    cloud.admin(
        "/admin/prompts/bench/activate",
        "{\"version\": 1, \"force\": true, \"reason\": \"benchmark\"}");
  }

  private static void warmCalls(RunningCloud cloud) throws IOException, InterruptedException {
    Samples hits = new Samples();
    Samples misses = new Samples();
    for (int i = 0; i < WARM_UP; i++) {
      cloud.invoke(question("warm up " + i % (WARM_UP / 2)));
    }
    for (int i = 0; i < CALLS; i++) {
      misses.add(cloud.invoke(question("measured " + i)));
      hits.add(cloud.invoke(question("measured " + i)));
    }
    row("cache hit, p50", millis(hits.percentile(50)), "15 ms");
    row("cache hit, p99", millis(hits.percentile(99)), "");
    row("cache miss, p50 (model included)", millis(misses.percentile(50)), "");
    row("cache miss, p99 (model included)", millis(misses.percentile(99)), "");
  }

  /** What Tollgate adds to a call of a model that answers after 50 ms. */
  private static void addedLatency(RunningCloud cloud) throws IOException, InterruptedException {
    Samples direct = new Samples();
    Samples through = new Samples();
    for (int i = 0; i < SLOW_CALLS; i++) {
      String body = messages(SLOW_MODEL, "measured " + i, BigDecimal.ONE);
      direct.add(cloud.messagesDirectly(body));
      through.add(cloud.messages(body));
    }
    row("50 ms model asked directly, p50", millis(direct.percentile(50)), "");
    row("added by the whole chain, p50", millis(through.over(direct, 50)), "10 ms");
    row("added by the whole chain, p99", millis(through.over(direct, 99)), "25 ms");
  }

  private static void inFunction(InFunction measured) {
    row("in function, 50 ms model, p50", millis(measured.miss().percentile(50)), "");
    row("  without model and DynamoDB", millis(measured.missAlone()), "3 ms");
    row("  processor time, mean", millis(measured.missProcessorTime()), "");
    row("in function, cache hit, p50", millis(measured.hit().percentile(50)), "");
    row("  without DynamoDB", millis(measured.hitAlone()), "");
    row("  processor time, mean", millis(measured.hitProcessorTime()), "");
    row("one put into DynamoDB Local, p50", millis(measured.put().percentile(50)), "");
    row(
        "50 ms model / cache hit, in function",
        ratio(measured.miss().percentile(50), measured.hit().percentile(50)),
        "");
    row(
        "  both without DynamoDB",
        ratio(measured.miss().over(measured.put(), 50), measured.hitAlone()),
        "20");
  }

  private static String ratio(Duration one, Duration other) {
    return String.format(Locale.ROOT, "%.1f", (double) one.toNanos() / other.toNanos());
  }

  /** A request of the Messages API. */
  static String messages(String model, String question, BigDecimal temperature) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("model", model)
            .put("max_tokens", 100)
            .put("temperature", temperature);
    body.putArray("messages").addObject().put("role", "user").put("content", question);
    return body.toString();
  }

  private static String question(String text) {
    ObjectNode body = JSON.createObjectNode().put("input", text);
    body.putObject("variables").put("context", "A sector holds 512 bytes.");
    return body.toString();
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%,.1f ms", duration.toNanos() / 1e6);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }

  private static void row(String measure, String value, String target) {
    System.out.printf("%-38s %12s   %s%n", measure, value, target);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
