package dev.tollgate.local.bench;

import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.engine.FileTree;
import dev.tollgate.local.lambda.InvocationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * {@code make bench-ledger}: how fast the ledger books, and whether a report takes as long with
 * five million calls in the ledger as with fifty thousand. Functions run as in the local cloud, in
 * processes of their own; times are from invocation to answer.
 */
public final class LedgerBench {
  private static final Duration PERIOD = Duration.ofDays(29);
  private static final int FEW = 50_000;
  private static final int MANY = 5_000_000;
  private static final int WARM_UP = 200;
  private static final int REPORTS = 200;
  private static final int BATCH_SIZE = 100;
  private static final int BATCH_COUNT = 600;
  private static final int WRITERS = 2;
  private static final byte[] REPORT =
      "{\"action\": \"report\", \"days\": 30}".getBytes(StandardCharsets.UTF_8);

  private final LocalCloud cloud;

  private LedgerBench(LocalCloud cloud) {
    this.cloud = cloud;
  }

  public static void main(String[] arguments) throws Exception {
    Path data = Bench.folder("ledger");
    FileTree.delete(data);
    try (LocalCloud cloud = Bench.cloud("ledger")) {
      new LedgerBench(cloud).run();
    }
    FileTree.delete(data);
  }

  private void run() throws Exception {
    BenchReport.printEnvironment();
    BenchReport.printMeasureHeading();
    measureInserts();
    Duration few = measureReports(FEW);
    Duration many = measureReports(MANY);
    BenchReport.printRow("five million against fifty thousand, p50", many, few, "ratio 1.3");
  }

  private void measureInserts() throws Exception {
    // The calls that follow need their months.
    insert(List.of(LedgerFixture.batch(1, 0, Instant.now().minus(PERIOD))));
    insert(batches());
    List<byte[]> batches = batches();
    long begun = System.nanoTime();
    insert(batches);
    double seconds = (System.nanoTime() - begun) / 1e9;
    BenchReport.printRow(
        "inserts, %d at a time, by %d".formatted(BATCH_SIZE, WRITERS),
        BenchReport.formatRate(BATCH_COUNT * BATCH_SIZE / seconds),
        "3,000 /s");
  }

  private static List<byte[]> batches() {
    Instant now = Instant.now();
    return IntStream.range(0, BATCH_COUNT)
        .mapToObj(n -> LedgerFixture.batch(BATCH_SIZE, n * BATCH_SIZE, now.minusMillis(n)))
        .toList();
  }

  private void insert(List<byte[]> batches) throws Exception {
    List<Callable<Void>> tasks =
        batches.stream().<Callable<Void>>map(batch -> () -> invoke("costLedger", batch)).toList();
    try (var writers = Executors.newFixedThreadPool(WRITERS)) {
      for (Future<Void> booked : writers.invokeAll(tasks)) {
        booked.get();
      }
    }
  }

  /** The median time of a report over so many calls. */
  private Duration measureReports(int calls) throws Exception {
    String url = cloud.engines().postgres().jdbcUrl();
    try (Connection ledger =
        DriverManager.getConnection(url, cloud.engines().postgres().user(), "")) {
      LedgerFixture.fill(ledger, calls, PERIOD);
    }
    for (int i = 0; i < WARM_UP; i++) {
      invoke("costReport", REPORT);
    }
    Samples samples = new Samples();
    for (int i = 0; i < REPORTS; i++) {
      long begun = System.nanoTime();
      invoke("costReport", REPORT);
      samples.add(Duration.ofNanos(System.nanoTime() - begun));
    }
    String measure = String.format(Locale.ROOT, "report of %,d calls", calls);
    Duration median = samples.percentile(50);
    BenchReport.printRow(measure + ", p50", BenchReport.formatMillis(median), "60 ms");
    BenchReport.printRow(measure + ", p95", BenchReport.formatMillis(samples.percentile(95)), "");
    return median;
  }

  private Void invoke(String function, byte[] event) throws IOException, InterruptedException {
    if (cloud.lambda().invoke(function, event) instanceof InvocationResult.Failed failed) {
      throw new IOException(function + " failed: " + failed.text());
    }
    return null;
  }
}
