package dev.tollgate.local.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * The local cloud as {@code make run} starts it: how long that takes, what {@code /v1/messages}
 * adds to the same request sent to the model itself, the call's record included, and what all
 * processes hold in memory. Tollgate and model are asked in turns at one rate, half of what
 * Tollgate answers at most, so that both see the same machine.
 */
final class MessagesBench {
  /** Until the compiler has done what it does: some thousand calls. */
  private static final Duration WARM_UP = Duration.ofSeconds(24);

  private static final Duration THROUGHPUT = Duration.ofSeconds(2);
  private static final Duration LATENCY = Duration.ofSeconds(7);
  private static final double LOAD_SHARE = 0.5;

  /** No hit may come from a run before. */
  private static final long RUN = System.currentTimeMillis();

  private final CloudProcess cloud;
  private final AtomicInteger questions = new AtomicInteger();

  private MessagesBench(CloudProcess cloud) {
    this.cloud = cloud;
  }

  static void measure() throws IOException, InterruptedException {
    Path data = Bench.folder("messages");
    BenchReport.printSection("The local cloud");
    try (CloudProcess cloud = CloudProcess.start(data)) {
      BenchReport.printRow(
          "start to ready, new data folder", BenchReport.formatSeconds(cloud.startUp()), "");
    }
    try (CloudProcess cloud = CloudProcess.start(data)) {
      BenchReport.printRow(
          "start to ready, from a built tree", BenchReport.formatSeconds(cloud.startUp()), "15 s");
      BenchReport.printRow(
          "idle memory of all processes", BenchReport.formatMegabytes(cloud.memory()), "1,500 MB");
      new MessagesBench(cloud).calls();
      memory(cloud);
    }
  }

  private void calls() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    cloud.messages(question(Bench.FAST_MODEL, false));
    Duration first = Duration.ofNanos(System.nanoTime() - begun);
    BenchReport.printRow("first call", BenchReport.formatMillis(first), "4,000 ms");
    BenchReport.printSection("`/v1/messages` against a direct model call");
    for (int callers : new int[] {1, 8}) {
      // One environment after the other: eight that start at once could outlast the gateway's
      // patience.
      for (int warm = 1; warm <= callers; warm++) {
        double unused =
            new LoadGenerator(warm, WARM_UP.dividedBy(callers))
                .throughput(() -> cloud.messages(question(Bench.FAST_MODEL, false)));
      }
      calls(callers, Bench.FAST_MODEL, false, "", "");
      calls(callers, Bench.FAST_MODEL, true, callers == 1 ? "15 ms" : "", "");
      calls(
          callers,
          Bench.SLOW_MODEL,
          false,
          callers == 1 ? "+10 ms" : "",
          callers == 1 ? "+25 ms" : "");
      calls(callers, Bench.SLOW_MODEL, true, "", "");
    }
  }

  private void calls(int callers, String model, boolean hit, String median, String slowest)
      throws IOException, InterruptedException {
    LoadGenerator.Call direct = () -> cloud.messagesDirectly(question(model, hit));
    LoadGenerator.Call through = () -> cloud.messages(question(model, hit));
    LoadGenerator most = new LoadGenerator(callers, THROUGHPUT);
    through.make();
    double throughput = most.throughput(through);
    double directThroughput = most.throughput(direct);
    double rate = LOAD_SHARE * Math.min(throughput, directThroughput);
    LoadGenerator load = new LoadGenerator(callers, LATENCY);
    Histogram alone = load.latencies(rate, direct);
    Histogram tollgate = load.latencies(rate, through);
    alone.add(load.latencies(rate, direct));
    tollgate.add(load.latencies(rate, through));
    String measure =
        "%s, %s model, %d %s"
            .formatted(
                hit ? "hit" : "miss",
                model.equals(Bench.SLOW_MODEL) ? "50 ms" : "0 ms",
                callers,
                callers == 1 ? "caller" : "callers");
    BenchReport.printRow(
        measure + ", p50", percentile(tollgate, 50), percentile(alone, 50), median);
    BenchReport.printRow(
        measure + ", p99", percentile(tollgate, 99), percentile(alone, 99), slowest);
    BenchReport.printCells(
        measure + ", most",
        BenchReport.formatRate(throughput),
        BenchReport.formatRate(directThroughput),
        "",
        BenchReport.formatRatio(throughput, directThroughput),
        "");
  }

  private String question(String model, boolean hit) {
    return hit
        ? Bench.messages(model, "the same of " + RUN, BigDecimal.ZERO)
        : Bench.messages(model, "question " + questions.getAndIncrement(), BigDecimal.ONE);
  }

  private static Duration percentile(Histogram micros, int percent) {
    return Duration.ofNanos(micros.getValueAtPercentile(percent) * 1000);
  }

  private static void memory(CloudProcess cloud) throws IOException, InterruptedException {
    BenchReport.printSection("Memory of each process, after eight callers");
    for (Map.Entry<String, Long> process : cloud.memoryByProcess().entrySet()) {
      BenchReport.printRow(process.getKey(), BenchReport.formatMegabytes(process.getValue()), "");
    }
    BenchReport.printRow("all of them", BenchReport.formatMegabytes(cloud.memory()), "");
  }
}
