package dev.tollgate.local.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Several callers at work for a while, in either of two ways: as fast as they can, which gives a
 * throughput, or by a timetable, which gives latencies.
 *
 * <p>By the timetable, a call is due at each tick of a constant rate. The next free caller makes
 * it. Its latency counts from the time when it was due, not from when it was sent. So a stall shows
 * in every call that it held up, as it would for callers who do not wait for one another; a loop
 * that calls as soon as it was answered would count the stall once and leave the others out
 * (coordinated omission).
 */
final class LoadGenerator {
  private static final int DIGITS = 3;

  private final int callers;
  private final Duration time;

  LoadGenerator(int callers, Duration time) {
    this.callers = callers;
    this.time = time;
  }

  /** One call, which returns when it was answered. */
  @FunctionalInterface
  interface Call {
    void make() throws IOException, InterruptedException;
  }

  /** How many calls a second these callers get answered. */
  double throughput(Call call) throws IOException, InterruptedException {
    AtomicInteger made = new AtomicInteger();
    long begun = System.nanoTime();
    runAll(
        () -> {
          while (System.nanoTime() - begun < time.toNanos()) {
            call.make();
            made.incrementAndGet();
          }
        });
    return made.get() / ((System.nanoTime() - begun) / 1e9);
  }

  /** Microseconds that calls take from when they were due, so many of them a second. */
  Histogram latencies(double perSecond, Call call) throws IOException, InterruptedException {
    Histogram latencies = new ConcurrentHistogram(DIGITS);
    AtomicInteger tick = new AtomicInteger();
    double interval = 1e9 / perSecond;
    long begun = System.nanoTime();
    runAll(
        () -> {
          for (long due = due(tick, interval); due < time.toNanos(); due = due(tick, interval)) {
            await(begun + due);
            call.make();
            latencies.recordValue((System.nanoTime() - begun - due) / 1000);
          }
        });
    return latencies;
  }

  private static long due(AtomicInteger tick, double interval) {
    return (long) (tick.getAndIncrement() * interval);
  }

  private static void await(long moment) {
    for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void runAll(Call caller) throws IOException, InterruptedException {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      for (int i = 0; i < callers; i++) {
        running.add(
            threads.submit(
                () -> {
                  caller.make();
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a call failed", e.getCause());
    }
  }
}
