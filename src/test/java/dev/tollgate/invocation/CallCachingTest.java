package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedResponse;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers from the response cache and from equal calls in progress. */
final class CallCachingTest extends LlmInvokerFixture {
  @Test
  void servesEqualRequestFromCacheAtTemperatureZero() {
    invoker.invoke(direct(SEARCH, "0"));
    Answered second = answered(invoker.invoke(direct(SEARCH, "0")));

    assertEquals(1, provider.requests.size());
    assertEquals("answer 1", second.response().text());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
    assertEquals(Optional.of(log.records.getFirst().id()), second.call().answeredBy());
    assertEquals(BigDecimal.ZERO, second.call().cost());
    assertEquals(new BigDecimal("0.00035"), second.call().avoidedCost());
    assertEquals(Usage.NONE, second.call().usage());
    assertEquals(2, log.records.size());
  }

  @Test
  void doesNotCacheAtOtherTemperatures() {
    invoker.invoke(direct(SEARCH, "0.1"));
    invoker.invoke(direct(SEARCH, "0.1"));

    assertEquals(2, provider.requests.size());
    assertTrue(cache.answers().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"thread\": {\"type\": \"create\"}}", "{\"container\": \"container_1\"}"})
  void doesNotCacheStatefulRequests(String state) {
    invoker.invoke(direct(request("claude-haiku-4-5", 100, "0", state)));
    invoker.invoke(direct(request("claude-haiku-4-5", 100, "0", state)));

    assertEquals(2, provider.requests.size());
    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void doesNotShareAnswersBetweenTeams() {
    invoker.invoke(direct(SEARCH, "0"));
    invoker.invoke(direct(SALES, "0"));

    assertEquals(2, provider.requests.size());
  }

  @ParameterizedTest
  @EnumSource(
      value = FinishReason.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"END_TURN", "STOP_SEQUENCE"})
  void doesNotCacheIncompleteAnswer(FinishReason reason) {
    provider.finishReason = reason;
    invoker.invoke(direct(SEARCH, "0"));

    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void doesNotCacheBlankAnswer() {
    provider.text = Optional.of(" ");
    invoker.invoke(direct(SEARCH, "0"));

    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void treatsCorruptEntryAsMiss() {
    invoker.invoke(direct(SEARCH, "0"));
    cache
        .answers()
        .replaceAll(
            (_, answer) ->
                new CachedResponse(
                    answer.callId(), JSON.createObjectNode(), answer.cost(), answer.created()));
    Answered second = answered(invoker.invoke(direct(SEARCH, "0")));

    assertEquals("answer 2", second.response().text());
    assertEquals(CacheOutcome.NONE, second.call().cache());
  }

  @Test
  void appliesCacheDirectives() {
    Duration minute = Duration.ofMinutes(1);
    invoker.invoke(
        withDirectives("1", new CacheDirectives(true, false, false, Optional.of(minute))));
    assertEquals(List.of(minute), cache.lifetimes());
    invoker.invoke(withDirectives("1", new CacheDirectives(true, true, false, Optional.empty())));
    assertEquals(2, provider.requests.size());
    Answered refreshed =
        answered(
            invoker.invoke(
                withDirectives("1", new CacheDirectives(true, false, false, Optional.empty()))));
    assertEquals("answer 2", refreshed.response().text());
    invoker.invoke(withDirectives("0", CacheDirectives.BYPASS));
    invoker.invoke(withDirectives("0", CacheDirectives.BYPASS));
    assertEquals(4, provider.requests.size());
    assertEquals(1, cache.answers().size());
  }

  private Invocation withDirectives(String temperature, CacheDirectives directives) {
    return new Invocation(
        SEARCH,
        "docs",
        Optional.empty(),
        input(temperature),
        directives,
        Purpose.LIVE,
        now.plusSeconds(20));
  }

  @Test
  void followerReceivesAnswerOfLeader() {
    invoker.invoke(direct(SEARCH, "0"));
    CachedResponse answer = cache.answers().values().iterator().next();
    CacheKey key = cache.answers().keySet().iterator().next();
    cache.answers().clear();
    flights.turns.add(() -> {});
    flights.turns.add(() -> cache.answers().put(key, answer));
    Answered second = answered(invoker.invoke(direct(SEARCH, "0")));

    assertEquals(1, provider.requests.size());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
  }

  @Test
  void followerTakesOverFromDeadLeader() {
    flights.turns.add(() -> {});
    Answered answered = answered(invoker.invoke(direct(SEARCH, "0")));

    assertEquals(CacheOutcome.NONE, answered.call().cache());
    assertEquals(1, flights.closed);
  }

  @Test
  void followerWaitsForHalfOfRemainingTime() {
    for (int i = 0; i < 1000; i++) {
      flights.turns.add(() -> now = now.plusSeconds(1));
    }
    answered(invoker.invoke(direct(SEARCH, "0")));

    assertEquals(1000 - 10, flights.turns.size());
  }

  @Test
  void abandonsFlightIfAnswerIsNotCacheable() {
    provider.finishReason = FinishReason.MAX_TOKENS;
    invoker.invoke(direct(SEARCH, "0"));

    assertEquals(1, flights.abandoned);
  }

  @Test
  void returnsLateAnswerWithoutStoringIt() {
    log.delay = Duration.ofSeconds(20);
    answered(invoker.invoke(direct(SEARCH, "0")));

    assertTrue(cache.answers().isEmpty());
    assertEquals(1, flights.abandoned);
  }

  @Test
  void asksModelIfSingleFlightIsUnavailable() {
    flights.uncoordinated = true;
    answered(invoker.invoke(direct(SEARCH, "0")));

    assertEquals(1, provider.requests.size());
    assertEquals(1, cache.answers().size());
  }
}
