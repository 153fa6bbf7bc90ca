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
  private final Sleeper pause = duration -> now = now.plus(duration);
  private final CallId call = CallId.next(clock);
  private final Answers answers = new Answers();
  private final IdempotencyService idempotency =
      new IdempotencyService(new InMemoryClaimStore(), answers, pause, clock);

  private ClaimResult begin(String request) {
    return idempotency.begin(KEY, request, now.plusSeconds(20));
  }

  private IdempotencyService.Lease first() {
    return assertInstanceOf(ClaimResult.Acquired.class, begin("hash")).lease();
  }

  @Test
  void aRepeatIsGivenTheAnswer() {
    first().complete(call, ANSWER);

    assertEquals(new ClaimResult.Replay(ANSWER), begin("hash"));
  }

  @Test
  void aKeyStandsForOneRequestWhetherItIsAnsweredOrNot() {
    IdempotencyService.Lease turn = first();
    assertEquals(new ClaimResult.RequestMismatch(), begin("another hash"));
    turn.complete(call, ANSWER);
    assertEquals(new ClaimResult.RequestMismatch(), begin("another hash"));
  }

  @Test
  void anotherTeamsKeyIsAnother() {
    first().complete(call, ANSWER);

    assertInstanceOf(
        ClaimResult.Acquired.class,
        idempotency.begin(new IdempotencyKey("sales", KEY.value()), "hash", now.plusSeconds(20)));
  }

  @Test
  void aCallThatFailedMayBeTriedAgainWithAnyRequest() {
    first().release();

    assertInstanceOf(ClaimResult.Acquired.class, begin("another hash"));
  }

  @Test
  void aCallUnderWayIsAwaitedForHalfTheTime() {
    first();
    Instant start = now;
    assertEquals(new ClaimResult.InProgress(), begin("hash"));
    assertTrue(now.isAfter(start.plusSeconds(9)) && now.isBefore(start.plusSeconds(11)));
  }

  @Test
  void anAnswerThatIsGoneIsSaidToBeAndTheCallIsNotMadeAgain() {
    first().complete(call, ANSWER);
    answers.entries.clear();

    assertEquals(new ClaimResult.AnswerLost(Optional.of(call)), begin("hash"));
  }

  @Test
  void aCallThatBrokeOffIsNotMadeAgainEither() {
    first();
    now = now.plusSeconds(26);

    assertEquals(new ClaimResult.AnswerLost(Optional.empty()), begin("hash"));
  }

  @Test
  void whatWasAnsweredIsKnownThoughTheClaimDoesNotSaySo() {
    IdempotencyService forgetful =
        new IdempotencyService(
            new ClaimStore() {
              private final ClaimStore claims = new InMemoryClaimStore();

              @Override
              public Claim claim(IdempotencyKey key, Claim mine, Instant now) {
                return claims.claim(key, mine, now);
              }

              @Override
              public void complete(IdempotencyKey key, String holder, CallId call) {
                throw new IllegalStateException("DynamoDB is away");
              }

              @Override
              public void release(IdempotencyKey key, String holder) {
                throw new IllegalStateException("DynamoDB is away");
              }
            },
            answers,
            pause,
            clock);
    ClaimResult.Acquired first =
        (ClaimResult.Acquired) forgetful.begin(KEY, "hash", now.plusSeconds(20));
    first.lease().complete(call, ANSWER);
    first.lease().release();
    now = now.plusSeconds(26);

    assertEquals(new ClaimResult.Replay(ANSWER), forgetful.begin(KEY, "hash", now.plusSeconds(20)));
  }

  @Test
  void anAnswerSurvivesARedisThatStumbles() {
    IdempotencyService.Lease turn = first();
    answers.stumbles = 2;
    turn.complete(call, ANSWER);
    answers.stumbles = 2;

    assertEquals(new ClaimResult.Replay(ANSWER), begin("hash"));
  }

  @Test
  void aKeyIsForgottenAfterADayAndItsAnswerNotBefore() {
    first().complete(call, ANSWER);
    now = now.plus(Duration.ofHours(24)).minusSeconds(1);
    assertEquals(new ClaimResult.Replay(ANSWER), begin("hash"));
    now = now.plusSeconds(1);
    first();

    assertTrue(answers.shortest.compareTo(Duration.ofHours(24)) > 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "ä", "a\n"})
  void aKeyIsPrintable(String value) {
    assertFalse(IdempotencyKey.isValid(value));
    assertFalse(IdempotencyKey.isValid("k".repeat(256)));
    assertTrue(IdempotencyKey.isValid("k".repeat(255)));
  }

  private static final class Answers implements ResponseCache {
    private final Map<CacheKey, CachedResponse> entries = new HashMap<>();
    private Duration shortest = Duration.ZERO;
    private int stumbles;

    @Override
    public Optional<CachedResponse> find(CacheKey key) {
      return stumbles-- > 0 ? Optional.empty() : Optional.ofNullable(entries.get(key));
    }

    @Override
    public boolean store(CacheKey key, CachedResponse answer, Duration ttl) {
      if (stumbles-- > 0) {
        return false;
      }
      entries.put(key, answer);
      // The cache takes off up to a tenth.
      shortest = ttl.multipliedBy(9).dividedBy(10);
      return true;
    }
  }
}
