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
 * Each partition is a stream in Redis, which every process reads into its own memory and searches
 * there. A look costs one command, which brings what is new since the last one. Only commands of
 * Redis 6.2 are used.
 */
@Singleton
class RedisSemanticIndex implements SemanticIndex {
  private static final Logger LOG = Logger.getLogger(RedisSemanticIndex.class);

  private static final String FIELD = "q";
  private static final int MOST_OF_A_PAGE = 1000;

  /** About what Redis can send well within the time that a call waits for it. */
  private static final int PAGE_BYTES = 512 * 1024;

  /** About what a partition takes before its first question. */
  private static final int PARTITION_BYTES = 20 * 1024;

  /** About what an entry takes beside its texts and its vector. */
  private static final int ENTRY_BYTES = 128;

  /** About what its texts take; a question may be longer. */
  private static final int TEXT_BYTES = 256;

  private final StreamCommands<String, String, byte[]> streams;
  private final KeyCommands<String> keys;
  private final RedisCommands redis;
  private final Secrets secrets;
  private final Clock clock;
  private final int mostQuestions;
  private final long mostBytes;

  /** The partitions in memory, the one that was needed last at the end. */
  private final Map<SemanticPartition, Held> held = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * An index that has read nothing yet.
   *
   * @param mostQuestions of a partition, the newest; fewer if so many would not fit into memory
   * @param mostBytes of all partitions in this process's memory
   */
  RedisSemanticIndex(
      RedisDataSource source,
      RedisCommands redis,
      Secrets secrets,
      Clock clock,
      @ConfigProperty(name = "tollgate.cache.semantic.questions", defaultValue = "10000")
          int mostQuestions,
      @ConfigProperty(name = "tollgate.cache.semantic.memory", defaultValue = "33554432")
          long mostBytes) {
    this.streams = source.stream(String.class, String.class, byte[].class);
    this.keys = source.key(String.class);
    this.redis = redis;
    this.secrets = secrets;
    this.clock = clock;
    this.mostQuestions = mostQuestions;
    this.mostBytes = mostBytes;
  }

  @Override
  public List<Neighbour> nearest(SemanticPartition partition, Embedding asked, double least) {
    Optional<String> secret = secrets.find(Secrets.CACHE);
    if (secret.isEmpty()) {
      return List.of();
    }
    Held questions = held(partition, secret.get(), asked.dimensions());
    try {
      return questions.nearest(asked, least);
    } catch (IllegalArgumentException e) {
      LOG.warnf("a question cannot be compared with those that are kept: %s", e.getMessage());
      return List.of();
    } finally {
      forgetTooMany();
    }
  }

  @Override
  public void add(SemanticPartition partition, Entry entry, Duration ttl) {
    Optional<String> secret = secrets.find(Secrets.CACHE);
    if (secret.isEmpty()) {
      return;
    }
    QuestionSeal seal = new QuestionSeal(secret.get(), partition);
    long most = most(entry.embedding().dimensions());
    String stream = partition.value();
    String over = Long.toString(clock.instant().minus(ttl).toEpochMilli());
    redis.attempt(
        () -> {
          streams.xadd(
              stream,
              new XAddArgs().maxlen(most).nearlyExactTrimming(),
              Map.of(FIELD, seal.close(entry)));
          keys.pexpire(stream, ttl);
          streams.xtrim(stream, new XTrimArgs().minid(over).nearlyExactTrimming());
          return Optional.of(stream);
        });
  }

  private Held held(SemanticPartition partition, String secret, int dimensions) {
    synchronized (held) {
      Held known = held.get(partition);
      if (known == null || !known.secret.equals(secret)) {
        known = new Held(partition, secret, dimensions);
        held.put(partition, known);
      }
      return known;
    }
  }

  /** How many questions a partition holds, which must fit into memory alone. */
  private int most(int dimensions) {
    return Math.clamp(mostBytes / entryBytes(dimensions), 1, mostQuestions);
  }

  private static int entryBytes(int dimensions) {
    return ENTRY_BYTES + TEXT_BYTES + dimensions;
  }

  /**
   * Forgets the partitions that nobody asked about for the longest time. The last one stays,
   * whatever it takes: to read all of it for each question would take longer than Redis is given.
   */
  private void forgetTooMany() {
    synchronized (held) {
      long bytes = held.values().stream().mapToLong(it -> it.bytes.get()).sum();
      Iterator<Held> oldest = held.values().iterator();
      while (bytes > mostBytes && held.size() > 1) {
        bytes -= oldest.next().bytes.get();
        oldest.remove();
      }
    }
  }

  /** One partition in memory. */
  private final class Held {
    private final String stream;
    private final String secret;
    private final QuestionSeal seal;
    private final int most;
    private final int pageSize;
    private NearestQuestions questions;
    private Optional<String> last = Optional.empty();
    private final AtomicLong bytes = new AtomicLong(PARTITION_BYTES);

    Held(SemanticPartition partition, String secret, int dimensions) {
      this.stream = partition.value();
      this.secret = secret;
      this.seal = new QuestionSeal(secret, partition);
      this.most = most(dimensions);
      this.pageSize = Math.clamp(PAGE_BYTES / entryBytes(dimensions), 1, MOST_OF_A_PAGE);
      this.questions = new NearestQuestions(most);
    }

    synchronized List<Neighbour> nearest(Embedding asked, double least) {
      return readOn() ? questions.nearest(asked, least, clock.instant()) : List.of();
    }

    /** Reads what is new; false if Redis does not say. */
    private boolean readOn() {
      if (last.isPresent()) {
        // The entry that was read last is asked for again: when it is gone, so may be all before
        // it, and ids may have begun anew.
        Optional<List<StreamMessage<String, String, byte[]>>> page = read(last.get());
        if (page.isEmpty()) {
          return false;
        }
        if (!page.get().isEmpty() && page.get().getFirst().id().equals(last.get())) {
          take(page.get().subList(1, page.get().size()));
          return page.get().size() < pageSize || readAfterLast();
        }
        questions = new NearestQuestions(most);
        last = Optional.empty();
        bytes.set(PARTITION_BYTES);
      }
      return readAfterLast();
    }

    private boolean readAfterLast() {
      while (true) {
        Optional<List<StreamMessage<String, String, byte[]>>> page =
            read(last.map(id -> "(" + id).orElse("-"));
        page.ifPresent(this::take);
        if (page.isEmpty() || page.get().size() < pageSize) {
          return page.isPresent();
        }
      }
    }

    private Optional<List<StreamMessage<String, String, byte[]>>> read(String from) {
      return redis.attempt(
          () -> Optional.of(streams.xrange(stream, StreamRange.of(from, "+"), pageSize)));
    }

    private void take(List<StreamMessage<String, String, byte[]>> page) {
      for (StreamMessage<String, String, byte[]> message : page) {
        last = Optional.of(message.id());
        Optional.ofNullable(message.payload().get(FIELD)).ifPresent(this::take);
      }
    }

    private void take(byte[] sealed) {
      try {
        seal.open(sealed).ifPresent(this::take);
      } catch (RuntimeException e) {
        LOG.warnf("a question that is kept cannot be compared with others: %s", e);
      }
    }

    private void take(Entry entry) {
      questions.add(entry.embedding(), entry.question(), entry.answer().value(), entry.until());
      // Of a full partition, each new one takes the place of one that was about as large.
      if (questions.size() < most) {
        bytes.addAndGet(
            ENTRY_BYTES
                + entry.embedding().dimensions()
                + entry.question().length()
                + entry.answer().value().length());
      }
    }
  }
}
