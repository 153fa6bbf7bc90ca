package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.ModelProvider.Reply;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Asks models until one answers. This is the only place that asks again: the same model when it may
 * answer a moment later, and the next one when it does not.
 */
@Singleton
class RetryingInvoker {
  /** How often a model is asked at most; the providers' own clients ask as often. */
  private static final int MAX_ATTEMPTS = 3;

  private static final Duration INITIAL_BACKOFF = Duration.ofMillis(500);

  /** What must be left after a pause for asking again to make sense. */
  private static final Duration MIN_REMAINING = Duration.ofSeconds(1);

  private final ModelProviders providers;
  private final Sleeper sleeper;
  private final AttemptListener listener;
  private final Clock clock;

  RetryingInvoker(
      ModelProviders providers, Sleeper sleeper, AttemptListener listener, Clock clock) {
    this.providers = providers;
    this.sleeper = sleeper;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * One time that a model was asked.
   *
   * @param id tells when
   */
  record Attempt(CallId id, AdaptedRequest candidate, Reply reply) {}

  /** An attempt that did not end the call, and that the provider bills or may. */
  record BilledAttempt(CallId id, AdaptedRequest candidate, Reply.Failure failure) {}

  /**
   * Asks until there is an answer, or nobody left to ask, or no time.
   *
   * @param candidates the models, the best first
   * @param affordable says before each attempt whether it may be made
   * @param billed is told at once of what has to be paid, or may have to, and is not the last
   * @return the last attempt
   */
  Attempt invoke(
      List<AdaptedRequest> candidates,
      Instant deadline,
      BooleanSupplier affordable,
      Consumer<BilledAttempt> billed) {
    Iterator<AdaptedRequest> left = candidates.iterator();
    while (true) {
      AdaptedRequest candidate = left.next();
      // Who hangs must leave some time to those behind it.
      Instant end = left.hasNext() ? midpointTo(deadline) : deadline;
      Attempt last = invoke(candidate, end, affordable, billed);
      if (!left.hasNext()
          || !(last.reply() instanceof Reply.Failure failure)
          || failure.isClientError()) {
        return last;
      }
      reportIfBillable(last, billed);
    }
  }

  private Instant midpointTo(Instant deadline) {
    return clock.instant().plus(Duration.between(clock.instant(), deadline).dividedBy(2));
  }

  private Attempt invoke(
      AdaptedRequest candidate,
      Instant end,
      BooleanSupplier affordable,
      Consumer<BilledAttempt> billed) {
    boolean billedOnce = false;
    for (int attemptNumber = 1; ; attemptNumber++) {
      Attempt attempt =
          new Attempt(CallId.next(clock), candidate, invoke(candidate, end, affordable));
      if (!(attempt.reply() instanceof Reply.Failure failure)) {
        return attempt;
      }
      Duration wait = backoff(failure, attemptNumber);
      boolean retry =
          failure.isTransient()
              && attemptNumber < MAX_ATTEMPTS
              // What is paid for is asked for again only once.
              && !(billedOnce && failure.isBillable())
              && wait.plus(MIN_REMAINING).compareTo(remaining(end)) <= 0;
      listener.onFailure(candidate, failure, retry);
      if (!retry) {
        return attempt;
      }
      billedOnce |= failure.isBillable();
      reportIfBillable(attempt, billed);
      sleeper.sleep(wait);
    }
  }

  private Reply invoke(AdaptedRequest candidate, Instant end, BooleanSupplier affordable) {
    // Whoever has no time left needs no money.
    if (!remaining(end).isPositive()) {
      return new Reply.TimedOut();
    }
    if (!affordable.getAsBoolean()) {
      return new Reply.NotAttempted();
    }
    Duration left = remaining(end);
    return left.isPositive() ? providers.invoke(candidate.request(), left) : new Reply.TimedOut();
  }

  private static void reportIfBillable(Attempt attempt, Consumer<BilledAttempt> billed) {
    if (attempt.reply() instanceof Reply.Failure failure && failure.isBillable()) {
      billed.accept(new BilledAttempt(attempt.id(), attempt.candidate(), failure));
    }
  }

  private Duration remaining(Instant end) {
    return Duration.between(clock.instant(), end);
  }

  /** What the provider asks for, or twice as long each time; and a little of chance. */
  private static Duration backoff(Reply.Failure failure, int attemptNumber) {
    Duration half = INITIAL_BACKOFF.multipliedBy(1L << (attemptNumber - 1)).dividedBy(2);
    Duration jitter = Duration.ofMillis(ThreadLocalRandom.current().nextLong(half.toMillis()));
    return retryAfter(failure).orElse(half).plus(jitter);
  }

  private static Optional<Duration> retryAfter(Reply.Failure failure) {
    return failure instanceof Reply.ProviderError declined
        ? declined.retryAfter()
        : Optional.empty();
  }
}
