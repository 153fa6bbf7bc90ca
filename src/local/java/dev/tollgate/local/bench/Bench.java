package dev.tollgate.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.engine.FileTree;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The part of {@code make bench} on calls: how long the local cloud takes to start and to answer,
 * and how much memory it holds.
 */
public final class Bench {
  private static final int WARM_UP = 500;
  private static final int CALLS = 1000;
  private static final int SLOW_CALLS = 500;

  /** Answers at once. */
  static final String FAST_MODEL = "claude-haiku-4-5";

  /** Answers after 50 ms. */
  static final String SLOW_MODEL = FAST_MODEL + "+simulate=delay:50";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Bench() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path data = Path.of("target/bench").toAbsolutePath();
    FileTree.delete(data);
    Figures.heading();
    Figures.measures("The local cloud, and one caller");
    try (RunningCloud cloud = RunningCloud.start(data)) {
      Figures.row("start to ready, new data folder", Figures.seconds(cloud.startUp()), "");
    }
    try (RunningCloud cloud = RunningCloud.start(data)) {
      Figures.row("start to ready, from a built tree", Figures.seconds(cloud.startUp()), "15 s");
      Figures.row("idle memory of all processes", Figures.megabytes(cloud.memory()), "1,500 MB");
      prepare(cloud);
      Figures.row("first call", Figures.millis(cloud.invoke(question("first"))), "4,000 ms");
      warmCalls(cloud);
      addedLatency(cloud);
      Figures.row("memory after the calls", Figures.megabytes(cloud.memory()), "");
      new MessagesBench(cloud).measure();
      memory(cloud);
    }
    inFunction(InFunction.measure(data));
  }

  private static void prepare(RunningCloud cloud) throws IOException, InterruptedException {
    ObjectNode version =
        JSON.createObjectNode()
            .put("content", Files.readString(Path.of("prompts/rag_system.txt")))
            .put("model", FAST_MODEL)
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
    Figures.row("cache hit, p50", Figures.millis(hits.percentile(50)), "15 ms");
    Figures.row("cache hit, p99", Figures.millis(hits.percentile(99)), "");
    Figures.row("cache miss, p50 (model included)", Figures.millis(misses.percentile(50)), "");
    Figures.row("cache miss, p99 (model included)", Figures.millis(misses.percentile(99)), "");
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
    Figures.row("50 ms model asked directly, p50", Figures.millis(direct.percentile(50)), "");
    Figures.row("added by the whole chain, p50", Figures.millis(through.over(direct, 50)), "10 ms");
    Figures.row("added by the whole chain, p99", Figures.millis(through.over(direct, 99)), "25 ms");
  }

  private static void memory(RunningCloud cloud) throws IOException, InterruptedException {
    Figures.table("Memory after eight callers at once", "process", "resident");
    cloud
        .memoryOfEach()
        .forEach((process, bytes) -> Figures.cells(process, Figures.megabytes(bytes)));
  }

  private static void inFunction(InFunction measured) {
    Figures.measures("The function `invokeLlm` itself");
    Figures.row(
        "in function, 50 ms model, p50", Figures.millis(measured.miss().percentile(50)), "");
    Figures.row("  without model and DynamoDB", Figures.millis(measured.missAlone()), "3 ms");
    Figures.row("  processor time, mean", Figures.millis(measured.missProcessorTime()), "");
    Figures.row("in function, cache hit, p50", Figures.millis(measured.hit().percentile(50)), "");
    Figures.row("  without DynamoDB", Figures.millis(measured.hitAlone()), "");
    Figures.row("  processor time, mean", Figures.millis(measured.hitProcessorTime()), "");
    Figures.row(
        "one put into DynamoDB Local, p50", Figures.millis(measured.put().percentile(50)), "");
    Figures.row(
        "50 ms model / cache hit, in function",
        Figures.ratio(measured.miss().percentile(50), measured.hit().percentile(50)),
        "");
    Figures.row(
        "  both without DynamoDB",
        Figures.ratio(measured.miss().over(measured.put(), 50), measured.hitAlone()),
        "20");
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
}
