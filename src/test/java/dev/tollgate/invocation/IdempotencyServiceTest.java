package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedResponse;
import dev.tollgate.cache.ResponseCache;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.invocation.IdempotencyService.ClaimResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdempotencyServiceTest {
  private static final IdempotencyKey KEY = new IdempotencyKey("search", "order-7");
  private static final ObjectNode ANSWER =
      JsonNodeFactory.instance.objectNode().put("text", "Hello");

  private Instant now = Instant.parse("2026-11-22T10:00:00.123Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final Sleeper sleeper = duration -> now = now.plus(duration);
  private final CallId call = CallId.next(clock);
  private final Answers answers = new Answers();
  private final IdempotencyService idempotency =
      new IdempotencyService(new InMemoryClaimStore(), answers, sleeper, clock);

  private ClaimResult begin(String request) {
    return idempotency.begin(KEY, request, now.plusSeconds(20));
  }

  private IdempotencyService.Lease acquire() {
    return assertInstanceOf(ClaimResult.Acquired.class, begin("hash")).lease();
  }

  @Test
  void replaysAnswerToRepeat() {
    acquire().complete(call, ANSWER);

    assertEquals(new ClaimResult.Replay(ANSWER), begin("hash"));
  }

  @Test
  void rejectsOtherRequestUnderSameKey() {
    IdempotencyService.Lease lease = acquire();
    assertEquals(new ClaimResult.RequestMismatch(), begin("another hash"));
    lease.complete(call, ANSWER);
    assertEquals(new ClaimResult.RequestMismatch(), begin("another hash"));
  }

  @Test
  void separatesKeysByTeam() {
    acquire().complete(call, ANSWER);

    assertInstanceOf(
        ClaimResult.Acquired.class,
        idempotency.begin(new IdempotencyKey("sales", KEY.value()), "hash", now.plusSeconds(20)));
  }

  @Test
  void failedCallReleasesItsKey() {
    acquire().release();

    assertInstanceOf(ClaimResult.Acquired.class, begin("another hash"));
  }

  @Test
  void waitsForCallInProgressForHalfOfRemainingTime() {
    acquire();
    Instant start = now;
    assertEquals(new ClaimResult.InProgress(), begin("hash"));
    assertTrue(now.isAfter(start.plusSeconds(9)) && now.isBefore(start.plusSeconds(11)));
  }

  @Test
  void reportsLostAnswerInsteadOfExecutingAgain() {
    acquire().complete(call, ANSWER);
    answers.entries.clear();

    assertEquals(new ClaimResult.AnswerLost(Optional.of(call)), begin("hash"));
  }

  @Test
  void doesNotExecuteInterruptedCallAgain() {
    acquire();
    now = now.plusSeconds(26);

    assertEquals(new ClaimResult.AnswerLost(Optional.empty()), begin("hash"));
  }

  @Test
  void replaysAnswerIfClaimCouldNotBeCompleted() {
    IdempotencyService service =
        new IdempotencyService(
            new ClaimStore() {
              private final ClaimStore claims = new InMemoryClaimStore();

              @Override
              public Claim claim(IdempotencyKey key, Claim mine, Instant now) {
                return claims.claim(key, mine, now);
              }

              @Override
              public void complete(IdempotencyKey key, String holder, CallId call) {
                throw new IllegalStateException("DynamoDB is unavailable");
              }

              @Override
              public void release(IdempotencyKey key, String holder) {
                throw new IllegalStateException("DynamoDB is unavailable");
              }
            },
            answers,
            sleeper,
            clock);
    ClaimResult.Acquired first =
        (ClaimResult.Acquired) service.begin(KEY, "hash", now.plusSeconds(20));
    first.lease().complete(call, ANSWER);
    first.lease().release();
    now = now.plusSeconds(26);

    assertEquals(new ClaimResult.Replay(ANSWER), service.begin(KEY, "hash", now.plusSeconds(20)));
  }

  @Test
  void retriesRedisForAnswers() {
    IdempotencyService.Lease lease = acquire();
    answers.failures = 2;
    lease.complete(call, ANSWER);
    answers.failures = 2;

    assertEquals(new ClaimResult.Replay(ANSWER), begin("hash"));
  }

  @Test
  void keyExpiresAfterADayAndBeforeItsAnswer() {
    acquire().complete(call, ANSWER);
    now = now.plus(Duration.ofHours(24)).minusSeconds(1);
    assertEquals(new ClaimResult.Replay(ANSWER), begin("hash"));
    now = now.plusSeconds(1);
    acquire();

    assertTrue(answers.minTtl.compareTo(Duration.ofHours(24)) > 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "ä", "a\n"})
  void rejectsUnprintableAndLongKeys(String value) {
    assertFalse(IdempotencyKey.isValid(value));
    assertFalse(IdempotencyKey.isValid("k".repeat(256)));
    assertTrue(IdempotencyKey.isValid("k".repeat(255)));
  }

  private static final class Answers implements ResponseCache {
    private final Map<CacheKey, CachedResponse> entries = new HashMap<>();
    private Duration minTtl = Duration.ZERO;
    private int failures;

    @Override
    public Optional<CachedResponse> find(CacheKey key) {
      return failures-- > 0 ? Optional.empty() : Optional.ofNullable(entries.get(key));
    }

    @Override
    public boolean store(CacheKey key, CachedResponse answer, Duration ttl) {
      if (failures-- > 0) {
        return false;
      }
      entries.put(key, answer);
      // The cache shortens a TTL by up to 10%.
      minTtl = ttl.multipliedBy(9).dividedBy(10);
      return true;
    }
  }
}
