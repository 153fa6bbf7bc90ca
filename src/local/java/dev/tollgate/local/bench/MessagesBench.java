package dev.tollgate.local.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * The part of {@code make bench} on {@code /v1/messages}: what the whole chain adds to the same
 * request sent to the model itself, the call's record included. Both are asked in turns at one
 * rate, half of what Tollgate answers at most, so that both see the same machine.
 */
final class MessagesBench {
  private static final Duration WARM_UP = Duration.ofSeconds(8);
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final double LOAD = 0.5;

  /** No hit may come from a run before. */
  private static final long RUN = System.currentTimeMillis();

  private final RunningCloud cloud;
  private final AtomicInteger questions = new AtomicInteger();

  MessagesBench(RunningCloud cloud) {
    this.cloud = cloud;
  }

  void measure() throws IOException, InterruptedException {
    Figures.table(
        "`/v1/messages` beside the model itself",
        "model, answer, callers",
        "model /s",
        "Tollgate /s",
        "model p50",
        "added p50",
        "added p90",
        "added p99");
    for (int callers : new int[] {1, 8}) {
      for (String model : new String[] {Bench.FAST_MODEL, Bench.SLOW_MODEL}) {
        measure(callers, model, false);
        measure(callers, model, true);
      }
    }
  }

  private void measure(int callers, String model, boolean hit)
      throws IOException, InterruptedException {
    Load load = new Load(callers, TIME);
    Load.Call direct = () -> cloud.messagesDirectly(question(model, hit));
    Load.Call through = () -> cloud.messages(question(model, hit));
    // One environment after the other: eight that start at once could outlast the gateway's
    // patience.
    for (int warm = 1; warm <= callers; warm++) {
      double unused = new Load(warm, WARM_UP.dividedBy(callers)).throughput(through);
    }
    double most = load.throughput(through);
    double directMost = load.throughput(direct);
    double rate = LOAD * Math.min(most, directMost);
    Histogram alone = load.latencies(rate, direct);
    Histogram tollgate = load.latencies(rate, through);
    alone.add(load.latencies(rate, direct));
    tollgate.add(load.latencies(rate, through));
    Figures.cells(
        "%s, %s, %d"
            .formatted(
                model.equals(Bench.SLOW_MODEL) ? "50 ms" : "0 ms", hit ? "hit" : "miss", callers),
        perSecond(directMost),
        perSecond(most),
        millis(alone, 50),
        added(tollgate, alone, 50),
        added(tollgate, alone, 90),
        added(tollgate, alone, 99));
  }

  private String question(String model, boolean hit) {
    return hit
        ? Bench.messages(model, "the same of " + RUN, BigDecimal.ZERO)
        : Bench.messages(model, "question " + questions.getAndIncrement(), BigDecimal.ONE);
  }

  private static String added(Histogram tollgate, Histogram model, int percentile) {
    long micros =
        tollgate.getValueAtPercentile(percentile) - model.getValueAtPercentile(percentile);
    return Figures.millis(Duration.ofNanos(micros * 1000));
  }

  private static String millis(Histogram histogram, int percentile) {
    return Figures.millis(Duration.ofNanos(histogram.getValueAtPercentile(percentile) * 1000));
  }

  private static String perSecond(double calls) {
    return String.format(Locale.ROOT, "%,.0f", calls);
  }
}
