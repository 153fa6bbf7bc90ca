package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.invocation.RetryingInvoker.Attempt;
import dev.tollgate.invocation.RetryingInvoker.BilledAttempt;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RetryingInvokerTest {
  private static final Duration BREAKER_DELAY = Duration.ofSeconds(1);
  private static final Reply.Failure OVERLOADED = error(529, Optional.empty());
  private static final Reply.Failure UNREACHABLE = new Reply.Unreachable("cut");
  private static final Reply.Interrupted INTERRUPTED =
      new Reply.Interrupted(UNREACHABLE, "first", new Usage(100, 0, 0, 0, 7, 0), false);
  private static final Reply.Failure RESPONSE_LOST = new Reply.ResponseLost(UNREACHABLE);
  private static final Reply.Failure TIMED_OUT = new Reply.ResponseLost(new Reply.TimedOut());
  private static final AdaptedRequest FIRST = anthropic("first");
  private static final AdaptedRequest SECOND = anthropic("second");
  private static final AdaptedRequest OTHER =
      new AdaptedRequest(
          ChatJson.newRequest("other", 9, JsonNodeFactory.instance.arrayNode(), Optional.empty()),
          List.of());

  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final Instant deadline = now.plusSeconds(20);
  private final Deque<Reply> replies = new ArrayDeque<>();
  private final List<String> requests = new ArrayList<>();
  private final List<Duration> timeouts = new ArrayList<>();
  private final List<Duration> backoffs = new ArrayList<>();
  private final List<BilledAttempt> billed = new ArrayList<>();
  private final List<Object> events = new ArrayList<>();
  private final RetryingInvoker invoker =
      new RetryingInvoker(
          new ModelProviders(
              List.of(new Scripted(Provider.ANTHROPIC), new Scripted(Provider.OPENAI)),
              _ -> {},
              4,
              BREAKER_DELAY),
          duration -> {
            backoffs.add(duration);
            now = now.plus(duration);
          },
          events::add,
          clock);

  static Stream<Reply.Failure> transientFailures() {
    return Stream.concat(
        IntStream.of(429, 500, 502, 503, 504, 529)
            .mapToObj(status -> error(status, Optional.empty())),
        Stream.of(UNREACHABLE, INTERRUPTED, RESPONSE_LOST));
  }

  @ParameterizedTest
  @MethodSource("transientFailures")
  void retriesAfterTransientFailure(Reply.Failure failure) {
    replies.add(failure);

    assertInstanceOf(Reply.Answered.class, invoke(FIRST));
    assertEquals(List.of("first", "first"), requests);
    assertEquals(1, backoffs.size());
    assertEquals(List.of(new RetryScheduled(FIRST.request(), failure)), events);
  }

  static Stream<Reply.Failure> permanentFailures() {
    return Stream.concat(
        IntStream.of(400, 401, 402, 403, 404, 409, 413, 422)
            .mapToObj(status -> error(status, Optional.empty())),
        Stream.of(
            new Reply.ProviderError(429, "insufficient_quota", "pay", Optional.empty()),
            new Reply.MalformedResponse("<html>"),
            new Reply.TimedOut(),
            TIMED_OUT,
            new Reply.Misconfigured("no key"),
            new Reply.Interrupted(new Reply.TimedOut(), "first", Usage.NONE, false)));
  }

  @ParameterizedTest
  @MethodSource("permanentFailures")
  void doesNotRetryAfterPermanentFailure(Reply.Failure failure) {
    replies.add(failure);

    assertEquals(failure, invoke(FIRST));
    assertEquals(List.of("first"), requests);
    assertEquals(List.of(), events);
  }

  @Test
  void makesThreeAttemptsWithGrowingBackoff() {
    replies.addAll(List.of(OVERLOADED, UNREACHABLE, OVERLOADED, OVERLOADED));

    assertEquals(OVERLOADED, invoke(FIRST));
    assertEquals(3, requests.size());
    assertTrue(
        backoffs.get(0).toMillis() >= 250 && backoffs.get(0).toMillis() < 500, backoffs.toString());
    assertTrue(
        backoffs.get(1).toMillis() >= 500 && backoffs.get(1).toMillis() < 1000,
        backoffs.toString());
  }

  @Test
  void waitsForRetryAfter() {
    replies.add(error(429, Optional.of(Duration.ofSeconds(7))));

    assertInstanceOf(Reply.Answered.class, invoke(FIRST));
    assertTrue(backoffs.getFirst().toMillis() >= 7000, backoffs.toString());
    assertTrue(timeouts.get(1).compareTo(Duration.ofSeconds(13)) <= 0, timeouts.toString());
  }

  @ParameterizedTest
  @CsvSource({"20", "19", "3600"})
  void doesNotRetryIfRetryAfterExceedsDeadline(int retryAfter) {
    Reply.Failure limited = error(429, Optional.of(Duration.ofSeconds(retryAfter)));
    replies.add(limited);

    assertEquals(limited, invoke(FIRST));
    assertEquals(List.of(), backoffs);
  }

  @Test
  void sendsNoRequestAfterDeadline() {
    now = deadline;

    assertEquals(new Reply.TimedOut(), invoke(FIRST, SECOND));
    assertEquals(List.of(), requests);
  }

  static Stream<Reply.Failure> billable() {
    return Stream.of(INTERRUPTED, RESPONSE_LOST);
  }

  @ParameterizedTest
  @MethodSource("billable")
  void retriesOnceAfterBilledFailure(Reply.Failure failure) {
    replies.addAll(List.of(failure, failure, failure));

    assertEquals(failure, invoke(FIRST));
    assertEquals(2, requests.size());
    // The last attempt is the return value.
    assertEquals(List.of(failure), billed.stream().map(BilledAttempt::failure).toList());
  }

  @Test
  void fallsBackAfterLastAttempt() {
    replies.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED));
    Attempt last = invoker.invoke(List.of(FIRST, SECOND), deadline, () -> true, billed::add);

    assertInstanceOf(Reply.Answered.class, last.reply());
    assertEquals(SECOND, last.candidate());
    assertEquals(List.of("first", "first", "first", "second"), requests);
    assertEquals(List.of(), billed);
  }

  @Test
  void reportsBilledAttemptsBeforeFallback() {
    replies.addAll(List.of(INTERRUPTED, TIMED_OUT));

    assertInstanceOf(Reply.Answered.class, invoke(FIRST, OTHER));
    assertEquals(
        List.of(INTERRUPTED, TIMED_OUT), billed.stream().map(BilledAttempt::failure).toList());
    assertEquals(List.of("first", "first", "other"), requests);
  }

  @ParameterizedTest
  @CsvSource({"401, 2", "404, 2", "400, 1", "413, 1", "422, 1"})
  void fallsBackUnlessRequestIsInvalid(int status, int times) {
    replies.add(error(status, Optional.empty()));
    invoke(FIRST, OTHER);

    assertEquals(times, requests.size());
  }

  @Test
  void reservesHalfOfRemainingTimeForFallback() {
    replies.add(new Reply.TimedOut());
    invoke(FIRST, SECOND);

    assertEquals(List.of(Duration.ofSeconds(10), Duration.ofSeconds(20)), timeouts);
  }

  @Test
  void returnsLastFailure() {
    replies.addAll(List.of(new Reply.Misconfigured("no key"), new Reply.MalformedResponse("{}")));

    assertEquals(new Reply.MalformedResponse("{}"), invoke(FIRST, OTHER));
  }

  @Test
  void circuitBreakerOpensAndTestsProviderAfterDelay() throws InterruptedException {
    replies.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED, UNREACHABLE));
    assertEquals(OVERLOADED, invoke(FIRST));
    assertInstanceOf(Reply.CircuitOpen.class, invoke(FIRST));
    assertInstanceOf(Reply.CircuitOpen.class, invoke(SECOND));
    assertEquals(4, requests.size());

    Thread.sleep(BREAKER_DELAY.plusMillis(10));
    replies.add(TIMED_OUT);
    assertEquals(TIMED_OUT, invoke(FIRST));
    // One failure in the half-open state is enough.
    assertInstanceOf(Reply.CircuitOpen.class, invoke(FIRST));

    Thread.sleep(BREAKER_DELAY.plusMillis(10));
    assertInstanceOf(Reply.Answered.class, invoke(FIRST));
    assertInstanceOf(Reply.Answered.class, invoke(FIRST));
  }

  @Test
  void fallsBackWhileCircuitIsOpen() {
    replies.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED, OVERLOADED));
    invoke(FIRST);
    invoke(FIRST);
    requests.clear();

    assertInstanceOf(Reply.Answered.class, invoke(FIRST, SECOND, OTHER));
    assertEquals(List.of("other"), requests);
  }

  @Test
  void clientErrorsAndRateLimitsDoNotOpenCircuit() {
    for (int status : new int[] {400, 401, 404, 413, 429}) {
      for (int i = 0; i < 6; i++) {
        replies.add(error(status, Optional.of(Duration.ofHours(1))));
        invoke(FIRST);
      }
    }

    assertInstanceOf(Reply.Answered.class, invoke(FIRST));
  }

  /** A reservation without time left would fail as if the budgets were unavailable. */
  @Test
  void reservesNoBudgetAfterDeadline() {
    now = deadline;

    Attempt last =
        invoker.invoke(
            List.of(FIRST),
            deadline,
            () -> {
              throw new AssertionError("unexpected reservation");
            },
            billed::add);
    assertEquals(new Reply.TimedOut(), last.reply());
    assertEquals(List.of(), requests);
  }

  private Reply invoke(AdaptedRequest... candidates) {
    return invoker.invoke(List.of(candidates), deadline, () -> true, billed::add).reply();
  }

  private static Reply.Failure error(int status, Optional<Duration> retryAfter) {
    return new Reply.ProviderError(status, "type", "message", retryAfter);
  }

  private static AdaptedRequest anthropic(String model) {
    return new AdaptedRequest(
        MessagesJson.newRequest(
            model, 9, Optional.empty(), JsonNodeFactory.instance.arrayNode(), Optional.empty()),
        List.of());
  }

  /** Returns the scripted replies, and then answers. */
  private final class Scripted implements ModelProvider {
    private final Provider provider;

    Scripted(Provider provider) {
      this.provider = provider;
    }

    @Override
    public Provider provider() {
      return provider;
    }

    @Override
    public Reply invoke(ModelRequest request, Duration timeout) {
      requests.add(request.model());
      timeouts.add(timeout);
      return replies.isEmpty()
          ? new Reply.Answered(parseResponse(JsonNodeFactory.instance.objectNode()))
          : replies.pop();
    }

    @Override
    public ModelResponse parseResponse(ObjectNode body) {
      return new ModelResponse("m", FinishReason.END_TURN, Usage.NONE, "text", body);
    }
  }
}
