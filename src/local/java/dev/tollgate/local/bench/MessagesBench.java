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
  private static final double LOAD = 0.5;

  /** No hit may come from a run before. */
  private static final long RUN = System.currentTimeMillis();

  private final RunningCloud cloud;
  private final AtomicInteger questions = new AtomicInteger();

  private MessagesBench(RunningCloud cloud) {
    this.cloud = cloud;
  }

  static void measure() throws IOException, InterruptedException {
    Path data = Bench.folder("messages");
    Figures.part("The local cloud");
    try (RunningCloud cloud = RunningCloud.start(data)) {
      Figures.row("start to ready, new data folder", Figures.seconds(cloud.startUp()), "");
    }
    try (RunningCloud cloud = RunningCloud.start(data)) {
      Figures.row("start to ready, from a built tree", Figures.seconds(cloud.startUp()), "15 s");
      Figures.row("idle memory of all processes", Figures.megabytes(cloud.memory()), "1,500 MB");
      new MessagesBench(cloud).calls();
      memory(cloud);
    }
  }

  private void calls() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    cloud.messages(question(Bench.FAST_MODEL, false));
    Duration first = Duration.ofNanos(System.nanoTime() - begun);
    Figures.row("first call", Figures.millis(first), "4,000 ms");
    Figures.part("`/v1/messages` against the model asked directly");
    for (int callers : new int[] {1, 8}) {
      // One environment after the other: eight that start at once could outlast the gateway's
      // patience.
      for (int warm = 1; warm <= callers; warm++) {
        double unused =
            new Load(warm, WARM_UP.dividedBy(callers))
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
    Load.Call direct = () -> cloud.messagesDirectly(question(model, hit));
    Load.Call through = () -> cloud.messages(question(model, hit));
    Load most = new Load(callers, THROUGHPUT);
    through.make();
    double throughput = most.throughput(through);
    double directThroughput = most.throughput(direct);
    double rate = LOAD * Math.min(throughput, directThroughput);
    Load load = new Load(callers, LATENCY);
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
    Figures.row(measure + ", p50", percentile(tollgate, 50), percentile(alone, 50), median);
    Figures.row(measure + ", p99", percentile(tollgate, 99), percentile(alone, 99), slowest);
    Figures.cells(
        measure + ", most",
        Figures.perSecond(throughput),
        Figures.perSecond(directThroughput),
        "",
        Figures.ratio(throughput, directThroughput),
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

  private static void memory(RunningCloud cloud) throws IOException, InterruptedException {
    Figures.part("Memory of each process, after eight callers");
    for (Map.Entry<String, Long> process : cloud.memoryOfEach().entrySet()) {
      Figures.row(process.getKey(), Figures.megabytes(process.getValue()), "");
    }
    Figures.row("all of them", Figures.megabytes(cloud.memory()), "");
  }
}
