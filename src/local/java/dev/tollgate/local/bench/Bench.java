package dev.tollgate.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code make bench}: how long the local cloud takes to start and to answer, and how much memory it
 * holds. One caller, one call after the other.
 */
public final class Bench {
  private static final int WARM_UP = 500;
  private static final int CALLS = 1000;
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
      row("memory after the calls", megabytes(cloud.memory()), "");
    }
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
    List<Duration> hits = new ArrayList<>();
    List<Duration> misses = new ArrayList<>();
    for (int i = 0; i < WARM_UP; i++) {
      cloud.invoke(question("warm up " + i % (WARM_UP / 2)));
    }
    for (int i = 0; i < CALLS; i++) {
      misses.add(cloud.invoke(question("measured " + i)));
      hits.add(cloud.invoke(question("measured " + i)));
    }
    row("cache hit, p50", millis(percentile(hits, 50)), "15 ms");
    row("cache hit, p99", millis(percentile(hits, 99)), "");
    row("cache miss, p50 (model included)", millis(percentile(misses, 50)), "");
    row("cache miss, p99 (model included)", millis(percentile(misses, 99)), "");
  }

  private static String question(String text) {
    ObjectNode body = JSON.createObjectNode().put("input", text);
    body.putObject("variables").put("context", "A sector holds 512 bytes.");
    return body.toString();
  }

  private static Duration percentile(List<Duration> samples, int percent) {
    List<Duration> sorted = samples.stream().sorted().toList();
    return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
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
    System.out.printf("%-36s %12s   %s%n", measure, value, target);
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
