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
  private static final Duration SUSPENSION = Duration.ofSeconds(1);
  private static final Reply.Failure OVERLOADED = declined(529, Optional.empty());
  private static final Reply.Failure CUT = new Reply.Unreachable("cut");
  private static final Reply.Interrupted BROKEN =
      new Reply.Interrupted(CUT, "first", new Usage(100, 0, 0, 0, 7, 0), false);
  private static final Reply.Failure UNANSWERED = new Reply.ResponseLost(CUT);
  private static final Reply.Failure HUNG = new Reply.ResponseLost(new Reply.TimedOut());
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
  private final List<String> asked = new ArrayList<>();
  private final List<Duration> patience = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final List<BilledAttempt> billed = new ArrayList<>();
  private final List<Object> events = new ArrayList<>();
  private final RetryingInvoker attempts =
      new RetryingInvoker(
          new ModelProviders(
              List.of(new Scripted(Provider.ANTHROPIC), new Scripted(Provider.OPENAI)),
              _ -> {},
              4,
              SUSPENSION),
          duration -> {
            pauses.add(duration);
            now = now.plus(duration);
          },
          events::add,
          clock);

  static Stream<Reply.Failure> passing() {
    return Stream.concat(
        IntStream.of(429, 500, 502, 503, 504, 529)
            .mapToObj(status -> declined(status, Optional.empty())),
        Stream.of(CUT, BROKEN, UNANSWERED));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void whatMayPassIsAskedAgain(Reply.Failure failure) {
    replies.add(failure);

    assertInstanceOf(Reply.Answered.class, ask(FIRST));
    assertEquals(List.of("first", "first"), asked);
    assertEquals(1, pauses.size());
    assertEquals(List.of(new RetryScheduled(FIRST.request(), failure)), events);
  }

  static Stream<Reply.Failure> lasting() {
    return Stream.concat(
        IntStream.of(400, 401, 402, 403, 404, 409, 413, 422)
            .mapToObj(status -> declined(status, Optional.empty())),
        Stream.of(
            new Reply.ProviderError(429, "insufficient_quota", "pay", Optional.empty()),
            new Reply.MalformedResponse("<html>"),
            new Reply.TimedOut(),
            HUNG,
            new Reply.Misconfigured("no key"),
            new Reply.Interrupted(new Reply.TimedOut(), "first", Usage.NONE, false)));
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void whatWillNotPassIsFinal(Reply.Failure failure) {
    replies.add(failure);

    assertEquals(failure, ask(FIRST));
    assertEquals(List.of("first"), asked);
    assertEquals(List.of(), events);
  }

  @Test
  void aModelIsAskedThreeTimesAndNoMore() {
    replies.addAll(List.of(OVERLOADED, CUT, OVERLOADED, OVERLOADED));

    assertEquals(OVERLOADED, ask(FIRST));
    assertEquals(3, asked.size());
    assertTrue(
        pauses.get(0).toMillis() >= 250 && pauses.get(0).toMillis() < 500, pauses.toString());
    assertTrue(
        pauses.get(1).toMillis() >= 500 && pauses.get(1).toMillis() < 1000, pauses.toString());
  }

  @Test
  void waitsAsLongAsTheProviderAsks() {
    replies.add(declined(429, Optional.of(Duration.ofSeconds(7))));

    assertInstanceOf(Reply.Answered.class, ask(FIRST));
    assertTrue(pauses.getFirst().toMillis() >= 7000, pauses.toString());
    assertTrue(patience.get(1).compareTo(Duration.ofSeconds(13)) <= 0, patience.toString());
  }

  @ParameterizedTest
  @CsvSource({"20", "19", "3600"})
  void doesNotWaitLongerThanItHas(int retryAfter) {
    Reply.Failure limited = declined(429, Optional.of(Duration.ofSeconds(retryAfter)));
    replies.add(limited);

    assertEquals(limited, ask(FIRST));
    assertEquals(List.of(), pauses);
  }

  @Test
  void nobodyIsAskedAfterTheDeadline() {
    now = deadline;

    assertEquals(new Reply.TimedOut(), ask(FIRST, SECOND));
    assertEquals(List.of(), asked);
  }

  static Stream<Reply.Failure> billable() {
    return Stream.of(BROKEN, UNANSWERED);
  }

  @ParameterizedTest
  @MethodSource("billable")
  void whatMayBeBilledIsPaidForTwiceAtMost(Reply.Failure failure) {
    replies.addAll(List.of(failure, failure, failure));

    assertEquals(failure, ask(FIRST));
    assertEquals(2, asked.size());
    // The last attempt is told of by what comes back.
    assertEquals(List.of(failure), billed.stream().map(BilledAttempt::failure).toList());
  }

  @Test
  void anotherModelIsAskedWhenTheFirstDoesNotAnswer() {
    replies.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED));
    Attempt last = attempts.invoke(List.of(FIRST, SECOND), deadline, () -> true, billed::add);

    assertInstanceOf(Reply.Answered.class, last.reply());
    assertEquals(SECOND, last.candidate());
    assertEquals(List.of("first", "first", "first", "second"), asked);
    assertEquals(List.of(), billed);
  }

  @Test
  void whatMayBeBilledBeforeAnotherModelWasAskedIsTold() {
    replies.addAll(List.of(BROKEN, HUNG));

    assertInstanceOf(Reply.Answered.class, ask(FIRST, OTHER));
    assertEquals(List.of(BROKEN, HUNG), billed.stream().map(BilledAttempt::failure).toList());
    assertEquals(List.of("first", "first", "other"), asked);
  }

  @ParameterizedTest
  @CsvSource({"401, 2", "404, 2", "400, 1", "413, 1", "422, 1"})
  void anotherModelIsAskedUnlessTheRequestIsAtFault(int status, int times) {
    replies.add(declined(status, Optional.empty()));
    ask(FIRST, OTHER);

    assertEquals(times, asked.size());
  }

  @Test
  void aModelThatHangsLeavesHalfOfTheTime() {
    replies.add(new Reply.TimedOut());
    ask(FIRST, SECOND);

    assertEquals(List.of(Duration.ofSeconds(10), Duration.ofSeconds(20)), patience);
  }

  @Test
  void theLastFailureIsWhatIsTold() {
    replies.addAll(List.of(new Reply.Misconfigured("no key"), new Reply.MalformedResponse("{}")));

    assertEquals(new Reply.MalformedResponse("{}"), ask(FIRST, OTHER));
  }

  @Test
  void aProviderThatIsDownIsLeftAloneAndThenTried() throws InterruptedException {
    replies.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED, CUT));
    assertEquals(OVERLOADED, ask(FIRST));
    assertInstanceOf(Reply.CircuitOpen.class, ask(FIRST));
    assertInstanceOf(Reply.CircuitOpen.class, ask(SECOND));
    assertEquals(4, asked.size());

    Thread.sleep(SUSPENSION.plusMillis(10));
    replies.add(HUNG);
    assertEquals(HUNG, ask(FIRST));
    // One failure of the call that tried is enough.
    assertInstanceOf(Reply.CircuitOpen.class, ask(FIRST));

    Thread.sleep(SUSPENSION.plusMillis(10));
    assertInstanceOf(Reply.Answered.class, ask(FIRST));
    assertInstanceOf(Reply.Answered.class, ask(FIRST));
  }

  @Test
  void whileAProviderIsDownTheOtherAnswers() {
    replies.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED, OVERLOADED));
    ask(FIRST);
    ask(FIRST);
    asked.clear();

    assertInstanceOf(Reply.Answered.class, ask(FIRST, SECOND, OTHER));
    assertEquals(List.of("other"), asked);
  }

  @Test
  void callersWhoAreWrongOrTooManySuspendNobody() {
    for (int status : new int[] {400, 401, 404, 413, 429}) {
      for (int i = 0; i < 6; i++) {
        replies.add(declined(status, Optional.of(Duration.ofHours(1))));
        ask(FIRST);
      }
    }

    assertInstanceOf(Reply.Answered.class, ask(FIRST));
  }

  /** A reservation that is not got in no time would look as if budgets could not be asked. */
  @Test
  void noBudgetIsAskedWhenTheTimeIsUp() {
    now = deadline;

    Attempt last =
        attempts.invoke(
            List.of(FIRST),
            deadline,
            () -> {
              throw new AssertionError("a budget was asked");
            },
            billed::add);
    assertEquals(new Reply.TimedOut(), last.reply());
    assertEquals(List.of(), asked);
  }

  private Reply ask(AdaptedRequest... candidates) {
    return attempts.invoke(List.of(candidates), deadline, () -> true, billed::add).reply();
  }

  private static Reply.Failure declined(int status, Optional<Duration> retryAfter) {
    return new Reply.ProviderError(status, "type", "message", retryAfter);
  }

  private static AdaptedRequest anthropic(String model) {
    return new AdaptedRequest(
        MessagesJson.newRequest(
            model, 9, Optional.empty(), JsonNodeFactory.instance.arrayNode(), Optional.empty()),
        List.of());
  }

  /** Says what the test has laid out for it, and then always answers. */
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
    public Reply invoke(ModelRequest request, Duration time) {
      asked.add(request.model());
      patience.add(time);
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
