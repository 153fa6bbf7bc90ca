package dev.tollgate.cache;

import io.quarkus.redis.datasource.RedisDataSource;
import io.vertx.mutiny.redis.client.Response;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Single flight by a lease in Redis: {@code SET NX PX} with a token of the holder. If the holder
 * dies, its lease expires within two seconds. All commands exist since Redis 2.6.12.
 */
@Singleton
class RedisSingleFlight implements SingleFlight {
  private static final Duration LEASE_DURATION = Duration.ofSeconds(2);
  private static final Duration RENEWAL_INTERVAL = Duration.ofMillis(600);

  /** How long followers see that they should not wait. */
  private static final Duration ABANDONED_MARKER_TTL = Duration.ofSeconds(2);

  private static final String ABANDONED_MARKER = "vain";

  private static final String RENEW_SCRIPT =
      "if redis.call('get', KEYS[1]) == ARGV[1] then"
          + " return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end";
  private static final String RELEASE_SCRIPT =
      "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1])"
          + " else return 0 end";
  private static final String ABANDON_SCRIPT =
      "if redis.call('get', KEYS[1]) == ARGV[1] then"
          + " return redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3]) else return 0 end";

  private final RedisDataSource source;
  private final RedisCommands redis;
  private final ExecutorService renewals = Executors.newVirtualThreadPerTaskExecutor();

  RedisSingleFlight(RedisDataSource source, RedisCommands redis) {
    this.source = source;
    this.redis = redis;
  }

  @PreDestroy
  void stop() {
    renewals.shutdownNow();
  }

  @Override
  public FlightRole acquire(CacheKey key) {
    String name = key.value() + ":flight";
    String token = UUID.randomUUID().toString();
    Optional<String> holder =
        redis.execute(
            () -> {
              if (command("SET", name, token, "NX", "PX", millis(LEASE_DURATION)).isPresent()) {
                return Optional.of(token);
              }
              // The lease may have ended meanwhile; the next attempt finds out.
              return Optional.of(command("GET", name).orElse(""));
            });
    if (holder.isEmpty() || holder.get().equals(ABANDONED_MARKER)) {
      return new FlightRole.Uncoordinated();
    }
    return holder.get().equals(token)
        ? new FlightRole.Leader(new Lease(name, token))
        : new FlightRole.Follower();
  }

  private Optional<String> command(String command, String... arguments) {
    Response response = source.execute(command, arguments);
    return response == null ? Optional.empty() : Optional.of(response.toString());
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }

  private final class Lease implements Leadership {
    private final String name;
    private final String token;
    private final Future<?> renewal;

    Lease(String name, String token) {
      this.name = name;
      this.token = token;
      renewal = renewals.submit(this::renewPeriodically);
    }

    private void renewPeriodically() {
      try {
        while (true) {
          Thread.sleep(RENEWAL_INTERVAL);
          redis.execute(
              () -> command("EVAL", RENEW_SCRIPT, "1", name, token, millis(LEASE_DURATION)));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void abandon() {
      renewal.cancel(true);
      redis.execute(
          () ->
              command(
                  "EVAL",
                  ABANDON_SCRIPT,
                  "1",
                  name,
                  token,
                  ABANDONED_MARKER,
                  millis(ABANDONED_MARKER_TTL)));
    }

    @Override
    public void close() {
      renewal.cancel(true);
      redis.execute(() -> command("EVAL", RELEASE_SCRIPT, "1", name, token));
    }
  }
}
