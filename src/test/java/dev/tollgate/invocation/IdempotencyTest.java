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
import dev.tollgate.invocation.Idempotency.Beginning;
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

final class IdempotencyTest {
  private static final IdempotencyKey KEY = new IdempotencyKey("search", "order-7");
  private static final ObjectNode ANSWER =
      JsonNodeFactory.instance.objectNode().put("text", "Hello");

  private Instant now = Instant.parse("2026-11-22T10:00:00.123Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final Pause pause = duration -> now = now.plus(duration);
  private final CallId call = CallId.next(clock);
  private final Answers answers = new Answers();
  private final Idempotency idempotency =
      new Idempotency(new InMemoryClaimStore(), answers, pause, clock);

  private Beginning begin(String request) {
    return idempotency.begin(KEY, request, now.plusSeconds(20));
  }

  private Idempotency.Turn first() {
    return assertInstanceOf(Beginning.First.class, begin("hash")).turn();
  }

  @Test
  void aRepeatIsGivenTheAnswer() {
    first().complete(call, ANSWER);

    assertEquals(new Beginning.Repeat(ANSWER), begin("hash"));
  }

  @Test
  void aKeyStandsForOneRequestWhetherItIsAnsweredOrNot() {
    Idempotency.Turn turn = first();
    assertEquals(new Beginning.Different(), begin("another hash"));
    turn.complete(call, ANSWER);
    assertEquals(new Beginning.Different(), begin("another hash"));
  }

  @Test
  void anotherTeamsKeyIsAnother() {
    first().complete(call, ANSWER);

    assertInstanceOf(
        Beginning.First.class,
        idempotency.begin(new IdempotencyKey("sales", KEY.value()), "hash", now.plusSeconds(20)));
  }

  @Test
  void aCallThatFailedMayBeTriedAgainWithAnyRequest() {
    first().release();

    assertInstanceOf(Beginning.First.class, begin("another hash"));
  }

  @Test
  void aCallUnderWayIsAwaitedForHalfTheTime() {
    first();
    Instant start = now;
    assertEquals(new Beginning.Running(), begin("hash"));
    assertTrue(now.isAfter(start.plusSeconds(9)) && now.isBefore(start.plusSeconds(11)));
  }

  @Test
  void anAnswerThatIsGoneIsSaidToBeAndTheCallIsNotMadeAgain() {
    first().complete(call, ANSWER);
    answers.entries.clear();

    assertEquals(new Beginning.Lost(Optional.of(call)), begin("hash"));
  }

  @Test
  void aCallThatBrokeOffIsNotMadeAgainEither() {
    first();
    now = now.plusSeconds(26);

    assertEquals(new Beginning.Lost(Optional.empty()), begin("hash"));
  }

  @Test
  void whatWasAnsweredIsKnownThoughTheClaimDoesNotSaySo() {
    Idempotency forgetful =
        new Idempotency(
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
    Beginning.First first = (Beginning.First) forgetful.begin(KEY, "hash", now.plusSeconds(20));
    first.turn().complete(call, ANSWER);
    first.turn().release();
    now = now.plusSeconds(26);

    assertEquals(new Beginning.Repeat(ANSWER), forgetful.begin(KEY, "hash", now.plusSeconds(20)));
  }

  @Test
  void anAnswerSurvivesARedisThatStumbles() {
    Idempotency.Turn turn = first();
    answers.stumbles = 2;
    turn.complete(call, ANSWER);
    answers.stumbles = 2;

    assertEquals(new Beginning.Repeat(ANSWER), begin("hash"));
  }

  @Test
  void aKeyIsForgottenAfterADayAndItsAnswerNotBefore() {
    first().complete(call, ANSWER);
    now = now.plus(Duration.ofHours(24)).minusSeconds(1);
    assertEquals(new Beginning.Repeat(ANSWER), begin("hash"));
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
