package dev.tollgate.cache;

import dev.tollgate.cache.SemanticIndex.Entry;
import dev.tollgate.local.bench.BenchReport;
import dev.tollgate.local.engine.RedisServer;
import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.secret.Secrets;
import dev.tollgate.semantic.Embedding;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.runtime.datasource.BlockingRedisDataSourceImpl;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.RedisAPI;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How long the semantic index takes to read the questions of a partition from Redis, to look for
 * new ones and through all of them, and how much memory they take. It is in the index's package
 * because the index is package-private.
 */
public final class SemanticIndexBench {
  private static final int MAX_QUESTIONS = 10_000;
  private static final int DIMENSIONS = 256;
  private static final int LOADS = 9;
  private static final int WARM_UP = 200;
  private static final int LOOKUPS = 1000;
  private static final Duration DAY = Duration.ofDays(1);

  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20261124);
  private final RedisDataSource source;

  private SemanticIndexBench(RedisDataSource source) {
    this.source = source;
  }

  /**
   * Prints a row for each figure.
   *
   * @param data where Redis may keep what it needs
   */
  public static void measure(Path data) throws IOException, InterruptedException {
    BenchReport.printSection("The semantic cache's questions in Redis");
    try (var children = ChildProcesses.under(data);
        var server = RedisServer.start(children, data)) {
      Vertx vertx = Vertx.vertx();
      Redis client = Redis.createClient(vertx, server.url().toString());
      try {
        SemanticIndexBench bench =
            new SemanticIndexBench(
                new BlockingRedisDataSourceImpl(
                    vertx, client, RedisAPI.api(client), Duration.ofSeconds(10)));
        bench.measure(100);
        bench.measure(1000);
        bench.measure(MAX_QUESTIONS);
      } finally {
        client.close();
        vertx.closeAndAwait();
      }
    }
  }

  private void measure(int questions) {
    SemanticPartition partition =
        new SemanticPartition(
            "tollgate:questions:bench:%s:%d".formatted("0".repeat(64), questions));
    fill(partition, questions);
    Duration[] loads = new Duration[LOADS];
    Arrays.setAll(loads, _ -> lookUp(index(), partition));
    long before = memory();
    SemanticIndex index = index();
    lookUp(index, partition);
    long taken = memory() - before;
    for (int i = 0; i < WARM_UP; i++) {
      lookUp(index, partition);
    }
    Duration[] looks = new Duration[LOOKUPS];
    Arrays.setAll(looks, _ -> lookUp(index, partition));
    boolean all = questions == MAX_QUESTIONS;
    String measure = String.format(Locale.ROOT, "%,d questions, ", questions);
    BenchReport.printRow(
        measure + "first load in a function, p50",
        BenchReport.formatMillis(median(loads)),
        all ? "150 ms" : "");
    BenchReport.printRow(
        measure + "refresh and lookup, p50",
        BenchReport.formatMillis(median(looks)),
        all ? "5 ms" : "");
    if (all) {
      BenchReport.printRow(measure + "memory", BenchReport.formatMegabytes(taken), "20 MB");
    }
  }

  private void fill(SemanticPartition partition, int questions) {
    SemanticIndex writer = index();
    Instant until = Instant.now().plus(DAY);
    Embedding last = vector();
    for (int i = 0; i < questions; i++) {
      String question = "How do I change the setting number " + i + " of my account on the portal?";
      CacheKey answer =
          new CacheKey("tollgate:answer:bench:" + String.format(Locale.ROOT, "%064x", i));
      last = vector();
      writer.add(partition, new Entry(question, last, answer, until), DAY);
    }
    if (index().findNearest(partition, last, 0.99).size() != 1) {
      throw new IllegalStateException("the last question was not found");
    }
  }

  private SemanticIndex index() {
    return new RedisSemanticIndex(
        source,
        new RedisCommands(_ -> {}),
        new Secrets() {
          @Override
          public Optional<String> find(String name) {
            return Optional.of("a secret of the benchmark");
          }

          @Override
          public void invalidate() {}
        },
        Clock.systemUTC(),
        MAX_QUESTIONS,
        Long.MAX_VALUE);
  }

  private Duration lookUp(SemanticIndex index, SemanticPartition partition) {
    Embedding asked = vector();
    long start = System.nanoTime();
    index.findNearest(partition, asked, 0.5);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private Embedding vector() {
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return Embedding.of(vector);
  }

  private static long memory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static Duration median(Duration[] durations) {
    Duration[] sorted = durations.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
