package dev.tollgate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.local.engine.RedisServer;
import dev.tollgate.local.process.ChildProcesses;
import io.quarkus.redis.datasource.stream.StreamCommands;
import io.quarkus.redis.datasource.stream.StreamRange;
import io.quarkus.redis.datasource.stream.XAddArgs;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The semantic index on its own Redis, which the tests flush and stop. */
final class RedisSemanticIndexIT extends SemanticIndexContract {
  private static final Optional<String> SECRET = Optional.of("secret");
  private static final long ROOM = 1024 * 1024;

  private static final ChildProcesses CHILDREN;
  private static final RedisServer SERVER;

  static {
    try {
      Path data =
          Files.createTempDirectory(Files.createDirectories(Path.of("target/it")), "redis")
              .toAbsolutePath();
      CHILDREN = ChildProcesses.under(data);
      SERVER = RedisServer.start(CHILDREN, data);
    } catch (IOException | InterruptedException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final TestRedis redis = new TestRedis(SERVER.url(), Duration.ofSeconds(10));

  @AfterAll
  static void stop() {
    SERVER.close();
    CHILDREN.close();
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Override
  SemanticIndex index() {
    return redis.index(SECRET, clock, 100, ROOM);
  }

  @Test
  void processesShareQuestions() {
    SemanticIndex one = index();
    SemanticIndex other = index();
    add(one, "how do I pay", HOUR);
    assertEquals(List.of("how do I pay"), nearest(other, "how do I pay"));
    add(other, "how do I pay here", HOUR);

    assertEquals(List.of("how do I pay here", "how do I pay"), nearest(one, "how do I pay here"));
    assertEquals(List.of("how do I pay here", "how do I pay"), nearest(other, "how do I pay here"));
  }

  @Test
  void readsAllPagesOfPartition() {
    SemanticIndex index = redis.index(SECRET, clock, 10_000, 2 * ROOM);
    byte[] other =
        new QuestionEncryptor("secret", partition).encrypt(entry("what else is there", HOUR));
    add(index, "how do I pay", HOUR);
    fill(2500, other);
    add(index, "how do I pay here", HOUR);

    assertEquals(
        List.of("how do I pay", "how do I pay here"),
        nearest(redis.index(SECRET, clock, 10_000, 2 * ROOM), "how do I pay"));
  }

  @Test
  void continuesEmptyAfterFlush() {
    SemanticIndex index = index();
    add(index, "how do I pay", HOUR);
    assertEquals(List.of("how do I pay"), nearest(index, "how do I pay"));
    redis.source().flushall();

    assertEquals(List.of(), nearest(index, "how do I pay"));
    add(index, "how do I pay here", HOUR);
    assertEquals(List.of("how do I pay here"), nearest(index, "how do I pay"));
  }

  /** Ids follow the clock of the server, which may be set back. */
  @Test
  void readsStreamWhoseIdsRestarted() {
    SemanticIndex index = index();
    add(index, "how do I pay", HOUR);
    nearest(index, "how do I pay");
    redis.source().flushall();
    byte[] sealed =
        new QuestionEncryptor("secret", partition).encrypt(entry("how do I pay now", HOUR));
    streams().xadd(partition.value(), new XAddArgs().id("1-1"), Map.of("q", sealed));

    assertEquals(List.of("how do I pay now"), nearest(index, "how do I pay"));
  }

  @Test
  void missesWhileRedisIsDownAndContinuesAfterwards() {
    SemanticIndex index = index();
    add(index, "how do I pay", HOUR);
    SERVER.stop();
    assertEquals(List.of(), nearest(index, "how do I pay"));
    add(index, "how do I pay twice", HOUR);
    SERVER.restart();

    try (TestRedis again = new TestRedis(SERVER.url(), Duration.ofSeconds(10))) {
      // It saved its data before it stopped.
      SemanticIndex after = again.index(SECRET, clock, 100, ROOM);
      assertEquals(List.of("how do I pay"), nearest(after, "how do I pay"));
      add(after, "how do I pay here", HOUR);
      assertEquals(
          List.of("how do I pay here", "how do I pay"), nearest(after, "how do I pay here"));
    }
  }

  @Test
  void readsStreamThatWasTrimmed() {
    SemanticIndex index = index();
    add(index, "how do I pay", HOUR);
    assertEquals(List.of("how do I pay"), nearest(index, "how do I pay"));
    add(index, "how do I pay here", HOUR);
    redis.source().execute("XTRIM", partition.value(), "MAXLEN", "1");

    assertEquals(List.of("how do I pay here"), nearest(index, "how do I pay"));
  }

  @Test
  void streamIsBoundedAndExpires() {
    SemanticIndex index = index();
    for (int i = 0; i < 1000; i++) {
      add(index, "question number" + i, HOUR);
    }

    long length = streams().xlen(partition.value());
    assertTrue(length >= 100 && length < 250, "length: " + length);
    long left = redis.source().key(String.class).pttl(partition.value());
    assertTrue(left > HOUR.toMillis() / 2 && left <= HOUR.toMillis(), "left: " + left);

    now = now.plus(HOUR.multipliedBy(2));
    add(index, "much later", HOUR);
    assertTrue(streams().xlen(partition.value()) < 100);
  }

  @Test
  void ignoresForgedQuestion() {
    add(redis.index(Optional.of("another secret"), clock, 100, ROOM), "how do I pay", HOUR);
    fill(1, "how do I pay".getBytes(StandardCharsets.UTF_8));
    fill(1, new byte[0]);
    fill(1, new byte[] {1, 2, 3});
    SemanticIndex index = index();
    assertEquals(List.of(), nearest(index, "how do I pay"));
    add(index, "how do I pay here", HOUR);

    assertEquals(List.of("how do I pay here"), nearest(index, "how do I pay"));
  }

  @Test
  void skipsUnreadableEntry() {
    SemanticIndex index = index();
    add(index, "how do I pay", HOUR);
    fill(1, new QuestionEncryptor("secret", partition).encrypt(new byte[] {1, 2, 3}));
    add(index, "how do I pay here", HOUR);

    assertEquals(List.of("how do I pay", "how do I pay here"), nearest(index, "how do I pay"));
  }

  @Test
  void rejectsQuestionOfAnotherPartition() {
    SemanticPartition sales = new SemanticPartition("tollgate:questions:sales:1");
    fill(1, new QuestionEncryptor("secret", sales).encrypt(entry("how do I pay", HOUR)));

    assertEquals(List.of(), nearest(index(), "how do I pay"));
  }

  @Test
  void questionsAreEncryptedInRedis() {
    add(index(), "how do I pay", HOUR);
    byte[] sealed =
        streams().xrange(partition.value(), StreamRange.of("-", "+")).getFirst().payload().get("q");

    String text = new String(sealed, StandardCharsets.ISO_8859_1);
    assertFalse(text.contains("pay"));
    assertFalse(text.contains("tollgate:answer"));
  }

  @Test
  void storesNothingWithoutSecret() {
    SemanticIndex index = redis.index(Optional.empty(), clock, 100, ROOM);
    add(index, "how do I pay", HOUR);

    assertEquals(0, streams().xlen(partition.value()));
    assertEquals(List.of(), nearest(index, "how do I pay"));
  }

  @Test
  void findsNothingWithoutRedis() {
    try (TestRedis nowhere =
        new TestRedis(URI.create("redis://127.0.0.1:1"), Duration.ofMillis(200))) {
      assertEquals(List.of(), nearest(nowhere.index(SECRET, clock, 100, ROOM), "how do I pay"));
    }
  }

  @Test
  void keepsPartitionThatNeedsAllMemory() {
    SemanticIndex small = redis.index(SECRET, clock, 100, 2000);
    add(small, "how do I pay", HOUR);
    add(small, "how do I pay here", HOUR);
    assertEquals(List.of("how do I pay", "how do I pay here"), nearest(small, "how do I pay"));
    redis.source().execute("XTRIM", partition.value(), "MAXLEN", "1");

    assertEquals(List.of("how do I pay", "how do I pay here"), nearest(small, "how do I pay"));
  }

  @Test
  void evictsLeastRecentlyUsedPartition() {
    SemanticIndex small = redis.index(SECRET, clock, 100, 2000);
    add(small, "how do I pay", HOUR);
    add(small, "how do I pay here", HOUR);
    nearest(small, "how do I pay");
    redis.source().execute("XTRIM", partition.value(), "MAXLEN", "1");
    SemanticPartition other = new SemanticPartition(partition.value() + "0");
    small.findNearest(other, vector("how do I pay"), 0.5);

    assertEquals(List.of("how do I pay here"), nearest(small, "how do I pay"));
  }

  @Test
  void streamFitsIntoMemory() {
    SemanticIndex small = redis.index(SECRET, clock, 10_000, 64_000);
    for (int i = 0; i < 400; i++) {
      add(small, "question number" + i, HOUR);
    }

    long length = streams().xlen(partition.value());
    assertTrue(length >= 100 && length < 250, "length: " + length);
  }

  private StreamCommands<String, String, byte[]> streams() {
    return redis.source().stream(String.class, String.class, byte[].class);
  }

  private void fill(int times, byte[] value) {
    for (int i = 0; i < times; i++) {
      streams().xadd(partition.value(), Map.of("q", value));
    }
  }
}
