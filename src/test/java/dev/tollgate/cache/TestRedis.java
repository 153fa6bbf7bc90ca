package dev.tollgate.cache;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.secret.InMemorySecrets;
import dev.tollgate.secret.Secrets;
import dev.tollgate.semantic.Veto;
import dev.tollgate.semantic.WordEmbedder;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.runtime.datasource.BlockingRedisDataSourceImpl;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.RedisAPI;
import io.vertx.redis.client.RedisOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The response cache and single flight of a function, for any number of callers. */
public final class TestRedis implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final RedisCommands commands = new RedisCommands(_ -> {});
  private final Redis client;
  private final RedisDataSource source;
  private final RedisSingleFlight singleFlight;

  public TestRedis(URI url, Duration timeout) {
    client =
        Redis.createClient(
            vertx,
            // Enough for concurrent tests; a function serves one call at a time.
            new RedisOptions().setConnectionString(url.toString()).setMaxPoolWaiting(128));
    source = new BlockingRedisDataSourceImpl(vertx, client, RedisAPI.api(client), timeout);
    singleFlight = new RedisSingleFlight(source, commands);
  }

  RedisDataSource source() {
    return source;
  }

  /** The single flight of another process. */
  RedisSingleFlight newSingleFlight() {
    return new RedisSingleFlight(source, commands);
  }

  public SingleFlight singleFlight() {
    return singleFlight;
  }

  /** Stops the renewal of leases, as if their process had died. */
  void stopRenewingLeases() {
    singleFlight.stop();
  }

  /** The keys that match a pattern. */
  public List<String> keys(String pattern) {
    return source.key(String.class).keys(pattern);
  }

  /** Copies the value of one key to another, as a writer of Redis could. */
  public void copy(String from, String to) {
    byte[] value = source.value(String.class, byte[].class).get(from);
    source.value(String.class, byte[].class).set(to, requireNonNull(value));
  }

  /** Replaces the entries of one stream by those of another. */
  public void copyStream(String from, String to) {
    source.execute("COPY", from, to, "REPLACE");
  }

  /** Sets a key to a text. */
  public void put(String key, String text) {
    source.value(String.class, String.class).set(key, text);
  }

  public ResponseCache cache(Optional<String> secret) {
    return new RedisResponseCache(source, commands, secrets(secret), new ObjectMapper());
  }

  /** The semantic cache of another process. */
  public SemanticCache semantic(String secret, Clock clock) {
    return new SemanticCache(
        new WordEmbedder(),
        index(Optional.of(secret), clock, 10_000, 1024 * 1024),
        new Veto(),
        cache(Optional.of(secret)),
        clock,
        Duration.ofHours(1));
  }

  /** The semantic index of another process. */
  SemanticIndex index(Optional<String> secret, Clock clock, int maxQuestions, long maxBytes) {
    return new RedisSemanticIndex(source, commands, secrets(secret), clock, maxQuestions, maxBytes);
  }

  private static Secrets secrets(Optional<String> cacheKey) {
    return new InMemorySecrets(
        cacheKey.map(value -> Map.of(Secrets.CACHE_KEY, value)).orElse(Map.of()));
  }

  @Override
  public void close() {
    singleFlight.stop();
    client.close();
    vertx.closeAndAwait();
  }
}
