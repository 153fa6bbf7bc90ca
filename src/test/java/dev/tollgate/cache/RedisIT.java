package dev.tollgate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.TestEngines;
import dev.tollgate.cache.SingleFlight.FlightRole;
import dev.tollgate.cache.SingleFlight.Leadership;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The response cache and single flight on a real Redis. */
final class RedisIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration HOUR = Duration.ofHours(1);

  private final TestRedis redis =
      new TestRedis(TestEngines.engines().redis().url(), Duration.ofSeconds(10));
  private final SingleFlight flights = redis.singleFlight();
  private final CacheKey key = new CacheKey("tollgate:answer:search:" + UUID.randomUUID());

  @AfterEach
  void close() {
    redis.close();
  }

  private static CachedResponse answer() {
    return new CachedResponse(
        "01KAJZ9T4B6V3C0M2N8P5R7S1W",
        JSON.createObjectNode().put("text", "Hello"),
        new BigDecimal("0.5"),
        Instant.parse("2026-11-23T10:00:00Z"));
  }

  @Test
  void storesResponseForItsTtl() {
    ResponseCache cache = redis.cache(Optional.of("secret"));

    assertEquals(Optional.empty(), cache.find(key));
    assertTrue(cache.store(key, answer(), HOUR));
    assertEquals(Optional.of(answer()), cache.find(key));
    long left = redis.source().key(String.class).pttl(key.value());
    assertTrue(left > HOUR.toMillis() * 8 / 10 && left <= HOUR.toMillis(), "left: " + left);
  }

  @Test
  void ignoresForgedEntry() {
    ResponseCache cache = redis.cache(Optional.of("secret"));
    redis.cache(Optional.of("another secret")).store(key, answer(), HOUR);
    assertEquals(Optional.empty(), cache.find(key));

    redis
        .source()
        .value(String.class, String.class)
        .set(key.value(), "{\"body\": {\"text\": \"mine\"}}");
    assertEquals(Optional.empty(), cache.find(key));
  }

  @Test
  void rejectsEntryOfAnotherTeam() {
    ResponseCache cache = redis.cache(Optional.of("secret"));
    cache.store(key, answer(), HOUR);
    CacheKey other = new CacheKey("tollgate:answer:sales:" + UUID.randomUUID());
    byte[] entry = redis.source().value(String.class, byte[].class).get(key.value());
    redis.source().value(String.class, byte[].class).set(other.value(), entry);

    assertEquals(Optional.empty(), cache.find(other));
  }

  @Test
  void storesNothingWithoutSecret() {
    ResponseCache cache = redis.cache(Optional.empty());

    assertFalse(cache.store(key, answer(), HOUR));
    assertEquals(Optional.empty(), cache.find(key));
  }

  @Test
  void oneCallerLeadsUntilItCloses() {
    FlightRole first = flights.acquire(key);
    assertInstanceOf(FlightRole.Leader.class, first);
    assertEquals(new FlightRole.Follower(), flights.acquire(key));
    ((FlightRole.Leader) first).leadership().close();

    assertInstanceOf(FlightRole.Leader.class, flights.acquire(key));
  }

  @Test
  void renewsLeaseWhileHolderLives() throws Exception {
    Leadership lead = ((FlightRole.Leader) flights.acquire(key)).leadership();
    Thread.sleep(2500);
    assertEquals(new FlightRole.Follower(), flights.acquire(key));
    redis.stopRenewingLeases();
    Thread.sleep(2500);

    assertInstanceOf(FlightRole.Leader.class, redis.newSingleFlight().acquire(key));
    lead.close();
  }

  @Test
  void followersSeeAbandonedLease() {
    ((FlightRole.Leader) flights.acquire(key)).leadership().abandon();

    assertEquals(new FlightRole.Uncoordinated(), flights.acquire(key));
  }

  @Test
  void lateCloseDoesNotReleaseLeaseOfAnotherHolder() throws Exception {
    RedisSingleFlight dead = redis.newSingleFlight();
    Leadership late = ((FlightRole.Leader) dead.acquire(key)).leadership();
    dead.stop();
    Thread.sleep(2300);
    FlightRole mine = flights.acquire(key);
    assertInstanceOf(FlightRole.Leader.class, mine);
    late.close();
    late.abandon();

    assertEquals(new FlightRole.Follower(), flights.acquire(key));
  }

  @Test
  void oneOf32ConcurrentCallersLeads() throws Exception {
    AtomicInteger leads = new AtomicInteger();
    List<Callable<Object>> tasks =
        IntStream.range(0, 32)
            .<Callable<Object>>mapToObj(
                _ ->
                    () -> {
                      if (flights.acquire(key) instanceof FlightRole.Leader) {
                        leads.incrementAndGet();
                      }
                      return leads;
                    })
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      threads.invokeAll(tasks);
    }

    assertEquals(1, leads.get());
  }

  @Test
  void noCallerWaitsWithoutRedis() {
    try (TestRedis nowhere =
        new TestRedis(URI.create("redis://127.0.0.1:1"), Duration.ofMillis(200))) {
      assertEquals(new FlightRole.Uncoordinated(), nowhere.singleFlight().acquire(key));
    }
  }
}
