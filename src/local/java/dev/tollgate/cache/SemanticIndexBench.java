package dev.tollgate.cache;

import dev.tollgate.cache.SemanticIndex.Entry;
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
 * {@code make bench}: how long the semantic index takes to read 10,000 questions from Redis and to
 * search them, and how much memory they take. It stands in the index's package, which shows itself
 * to nobody else.
 */
public final class SemanticIndexBench {
  private static final int QUESTIONS = 10_000;
  private static final int DIMENSIONS = 256;
  private static final int LOADS = 9;
  private static final int WARM_UP = 200;
  private static final int LOOKS = 1000;
  private static final Duration DAY = Duration.ofDays(1);
  private static final SemanticPartition PARTITION =
      new SemanticPartition("tollgate:questions:bench:" + "0".repeat(64) + ":bench");

  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20261124);
  private final RedisDataSource source;

  private SemanticIndexBench(RedisDataSource source) {
    this.source = source;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path data = Path.of("target/bench-index").toAbsolutePath();
    try (var children = ChildProcesses.under(data);
        var server = RedisServer.start(children, data)) {
      Vertx vertx = Vertx.vertx();
      Redis client = Redis.createClient(vertx, server.url().toString());
      try {
        new SemanticIndexBench(
                new BlockingRedisDataSourceImpl(
                    vertx, client, RedisAPI.api(client), Duration.ofSeconds(10)))
            .measure();
      } finally {
        client.close();
        vertx.closeAndAwait();
      }
    }
  }

  private void measure() {
    source.flushall();
    SemanticIndex writer = index();
    Embedding last = vector();
    Instant until = Instant.now().plus(DAY);
    for (int i = 0; i < QUESTIONS; i++) {
      String question = "How do I change the setting number " + i + " of my account on the portal?";
      CacheKey answer =
          new CacheKey("tollgate:answer:bench:" + String.format(Locale.ROOT, "%064x", i));
      last = vector();
      writer.add(PARTITION, new Entry(question, last, answer, until), DAY);
    }
    Duration first = load(index());
    if (index().nearest(PARTITION, last, 0.99).size() != 1) {
      throw new IllegalStateException("the last of 10,000 questions was not found");
    }
    Duration[] loads = new Duration[LOADS];
    Arrays.setAll(loads, _ -> load(index()));
    row("10,000 questions read, first time", first, "150 ms");
    row("10,000 questions read, warm, p50", percentile(loads), "150 ms");
    long before = memory();
    SemanticIndex index = index();
    load(index);
    System.out.printf(
        Locale.ROOT,
        "%-38s %9.1f MB   %s%n",
        "memory of 10,000 questions",
        (memory() - before) / 1e6,
        "20 MB");
    for (int i = 0; i < WARM_UP; i++) {
      load(index);
    }
    Duration[] looks = new Duration[LOOKS];
    Arrays.setAll(looks, _ -> load(index));
    row("look into 10,000 questions, p50", percentile(looks), "5 ms");
  }

  private SemanticIndex index() {
    return new RedisSemanticIndex(
        source,
        new RedisCommands(() -> {}),
        new Secrets() {
          @Override
          public Optional<String> find(String name) {
            return Optional.of("a secret of the benchmark");
          }

          @Override
          public void forget() {}
        },
        Clock.systemUTC(),
        QUESTIONS,
        Long.MAX_VALUE);
  }

  private Duration load(SemanticIndex index) {
    Embedding asked = vector();
    long start = System.nanoTime();
    index.nearest(PARTITION, asked, 0.5);
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

  private static Duration percentile(Duration[] durations) {
    Duration[] sorted = durations.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void row(String measure, Duration value, String target) {
    System.out.printf(Locale.ROOT, "%-38s %9.1f ms   %s%n", measure, value.toNanos() / 1e6, target);
  }
}
