package dev.tollgate.cache;

import dev.tollgate.secret.Secrets;
import dev.tollgate.semantic.Embedding;
import dev.tollgate.semantic.NearestQuestions;
import dev.tollgate.semantic.NearestQuestions.Neighbour;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.keys.KeyCommands;
import io.quarkus.redis.datasource.stream.StreamCommands;
import io.quarkus.redis.datasource.stream.StreamMessage;
import io.quarkus.redis.datasource.stream.StreamRange;
import io.quarkus.redis.datasource.stream.XAddArgs;
import io.quarkus.redis.datasource.stream.XTrimArgs;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Each partition is a stream in Redis, which every process reads into its memory and searches
 * there. A lookup costs one command, which returns the new entries. All commands exist since Redis
 * 6.2.
 */
@Singleton
class RedisSemanticIndex implements SemanticIndex {
  private static final Logger LOG = Logger.getLogger(RedisSemanticIndex.class);

  private static final String QUESTION_FIELD = "q";
  private static final int MAX_PAGE_SIZE = 1000;

  /** About as much as Redis sends well within the timeout of a call. */
  private static final int MAX_PAGE_BYTES = 512 * 1024;

  /** Approximate memory of an empty partition. */
  private static final int PARTITION_OVERHEAD_BYTES = 20 * 1024;

  /** Approximate memory of an entry without its texts and vector. */
  private static final int ENTRY_OVERHEAD_BYTES = 128;

  /** Approximate memory of the texts of an entry; a question may be longer. */
  private static final int AVERAGE_TEXT_BYTES = 256;

  private final StreamCommands<String, String, byte[]> streams;
  private final KeyCommands<String> keys;
  private final RedisCommands redis;
  private final Secrets secrets;
  private final Clock clock;
  private final int maxQuestions;
  private final long maxBytes;

  /** The partitions in memory, the most recently used last. */
  private final Map<SemanticPartition, LoadedPartition> loaded =
      new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Creates an index without reading anything.
   *
   * @param maxQuestions how many of the newest questions a partition holds; fewer if they do not
   *     fit into memory
   * @param maxBytes the memory of all partitions in this process
   */
  RedisSemanticIndex(
      RedisDataSource source,
      RedisCommands redis,
      Secrets secrets,
      Clock clock,
      @ConfigProperty(name = "tollgate.cache.semantic.questions", defaultValue = "10000")
          int maxQuestions,
      @ConfigProperty(name = "tollgate.cache.semantic.memory", defaultValue = "33554432")
          long maxBytes) {
    this.streams = source.stream(String.class, String.class, byte[].class);
    this.keys = source.key(String.class);
    this.redis = redis;
    this.secrets = secrets;
    this.clock = clock;
    this.maxQuestions = maxQuestions;
    this.maxBytes = maxBytes;
  }

  @Override
  public List<Neighbour> findNearest(
      SemanticPartition partition, Embedding query, double minSimilarity) {
    Optional<String> secret = secrets.find(Secrets.CACHE_KEY);
    if (secret.isEmpty()) {
      return List.of();
    }
    LoadedPartition questions = loaded(partition, secret.get(), query.dimensions());
    try {
      return questions.findNearest(query, minSimilarity);
    } catch (IllegalArgumentException e) {
      LOG.warnf(
          "Failed to compare a question with partition %s: %s", partition.value(), e.getMessage());
      return List.of();
    } finally {
      evictLeastRecentlyUsed();
    }
  }

  @Override
  public void add(SemanticPartition partition, Entry entry, Duration ttl) {
    Optional<String> secret = secrets.find(Secrets.CACHE_KEY);
    if (secret.isEmpty()) {
      return;
    }
    QuestionEncryptor encryptor = new QuestionEncryptor(secret.get(), partition);
    long capacity = capacityFor(entry.embedding().dimensions());
    String stream = partition.value();
    String minId = Long.toString(clock.instant().minus(ttl).toEpochMilli());
    redis.execute(
        () -> {
          streams.xadd(
              stream,
              new XAddArgs().maxlen(capacity).nearlyExactTrimming(),
              Map.of(QUESTION_FIELD, encryptor.encrypt(entry)));
          keys.pexpire(stream, ttl);
          streams.xtrim(stream, new XTrimArgs().minid(minId).nearlyExactTrimming());
          return Optional.of(stream);
        });
  }

  private LoadedPartition loaded(SemanticPartition partition, String secret, int dimensions) {
    synchronized (loaded) {
      LoadedPartition known = loaded.get(partition);
      if (known == null || !known.secret.equals(secret)) {
        known = new LoadedPartition(partition, secret, dimensions);
        loaded.put(partition, known);
      }
      return known;
    }
  }

  /**
   * How many questions a partition holds. They must fit into memory without any other partition.
   */
  private int capacityFor(int dimensions) {
    return Math.clamp(maxBytes / entryBytes(dimensions), 1, maxQuestions);
  }

  private static int entryBytes(int dimensions) {
    return ENTRY_OVERHEAD_BYTES + AVERAGE_TEXT_BYTES + dimensions;
  }

  /**
   * Evicts the least recently used partitions. The last one stays, whatever its size: to read it
   * for each question would exceed the timeout of Redis.
   */
  private void evictLeastRecentlyUsed() {
    synchronized (loaded) {
      long bytes = loaded.values().stream().mapToLong(it -> it.bytes.get()).sum();
      Iterator<LoadedPartition> oldest = loaded.values().iterator();
      while (bytes > maxBytes && loaded.size() > 1) {
        bytes -= oldest.next().bytes.get();
        oldest.remove();
      }
    }
  }

  /** One partition in memory. */
  private final class LoadedPartition {
    private final String stream;
    private final String secret;
    private final QuestionEncryptor encryptor;
    private final int capacity;
    private final int pageSize;
    private NearestQuestions questions;
    private Optional<String> lastReadId = Optional.empty();
    private final AtomicLong bytes = new AtomicLong(PARTITION_OVERHEAD_BYTES);

    LoadedPartition(SemanticPartition partition, String secret, int dimensions) {
      this.stream = partition.value();
      this.secret = secret;
      this.encryptor = new QuestionEncryptor(secret, partition);
      this.capacity = capacityFor(dimensions);
      this.pageSize = Math.clamp(MAX_PAGE_BYTES / entryBytes(dimensions), 1, MAX_PAGE_SIZE);
      this.questions = new NearestQuestions(capacity);
    }

    synchronized List<Neighbour> findNearest(Embedding query, double minSimilarity) {
      return refresh() ? questions.findNearest(query, minSimilarity, clock.instant()) : List.of();
    }

    /** Reads the new entries; returns false if Redis fails. */
    private boolean refresh() {
      if (lastReadId.isPresent()) {
        // Reads the last entry again. If it no longer exists, the stream may be a new one with new
        // ids.
        Optional<List<StreamMessage<String, String, byte[]>>> page = read(lastReadId.get());
        if (page.isEmpty()) {
          return false;
        }
        if (!page.get().isEmpty() && page.get().getFirst().id().equals(lastReadId.get())) {
          ingest(page.get().subList(1, page.get().size()));
          return page.get().size() < pageSize || readAfterLast();
        }
        questions = new NearestQuestions(capacity);
        lastReadId = Optional.empty();
        bytes.set(PARTITION_OVERHEAD_BYTES);
      }
      return readAfterLast();
    }

    private boolean readAfterLast() {
      while (true) {
        Optional<List<StreamMessage<String, String, byte[]>>> page =
            read(lastReadId.map(id -> "(" + id).orElse("-"));
        page.ifPresent(this::ingest);
        if (page.isEmpty() || page.get().size() < pageSize) {
          return page.isPresent();
        }
      }
    }

    private Optional<List<StreamMessage<String, String, byte[]>>> read(String from) {
      return redis.execute(
          () -> Optional.of(streams.xrange(stream, StreamRange.of(from, "+"), pageSize)));
    }

    private void ingest(List<StreamMessage<String, String, byte[]>> page) {
      for (StreamMessage<String, String, byte[]> message : page) {
        lastReadId = Optional.of(message.id());
        Optional.ofNullable(message.payload().get(QUESTION_FIELD)).ifPresent(this::ingest);
      }
    }

    private void ingest(byte[] ciphertext) {
      try {
        encryptor.decrypt(ciphertext).ifPresent(this::ingest);
      } catch (RuntimeException e) {
        LOG.warnf("Skipped a question of partition %s: %s", stream, e);
      }
    }

    private void ingest(Entry entry) {
      questions.add(
          entry.embedding(), entry.question(), entry.answerKey().value(), entry.expiresAt());
      // In a full partition, each new entry replaces one of about the same size.
      if (questions.size() < capacity) {
        bytes.addAndGet(
            ENTRY_OVERHEAD_BYTES
                + entry.embedding().dimensions()
                + entry.question().length()
                + entry.answerKey().value().length());
      }
    }
  }
}
