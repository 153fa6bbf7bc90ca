package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.event.EventPublisher;
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
 * Asks models until one answers. It is the only place that retries: first the same model, if the
 * failure is transient, and then the next model. The providers' own clients do not retry.
 */
@Singleton
class RetryingInvoker {
  /** For each model. The providers' SDKs make as many by default. */
  private static final int MAX_ATTEMPTS = 3;

  private static final Duration INITIAL_BACKOFF = Duration.ofMillis(500);

  /** A retry must have this much time left after its backoff. */
  private static final Duration MIN_REMAINING = Duration.ofSeconds(1);

  private final ModelProviders providers;
  private final Sleeper sleeper;
  private final EventPublisher events;
  private final Clock clock;

  RetryingInvoker(ModelProviders providers, Sleeper sleeper, EventPublisher events, Clock clock) {
    this.providers = providers;
    this.sleeper = sleeper;
    this.events = events;
    this.clock = clock;
  }

  /**
   * An attempt to get an answer from a model.
   *
   * @param id contains the time of the attempt
   */
  record Attempt(CallId id, AdaptedRequest candidate, Reply reply) {}

  /** An attempt that did not end the call and that the provider bills, or may bill. */
  record BilledAttempt(CallId id, AdaptedRequest candidate, Reply.Failure failure) {}

  /**
   * Asks until a model answers, or until no model or no time is left.
   *
   * @param candidates in order of preference
   * @param affordable checked before each attempt
   * @param billed receives each billed attempt, except the last, as soon as it has ended
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
      // A model that hangs must leave time for the next ones.
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
    boolean billedBefore = false;
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
              // At most one retry after a billed failure.
              && !(billedBefore && failure.isBillable())
              && wait.plus(MIN_REMAINING).compareTo(remaining(end)) <= 0;
      if (!retry) {
        return attempt;
      }
      events.publish(new RetryScheduled(candidate.request(), failure));
      billedBefore |= failure.isBillable();
      reportIfBillable(attempt, billed);
      sleeper.sleep(wait);
    }
  }

  private Reply invoke(AdaptedRequest candidate, Instant end, BooleanSupplier affordable) {
    // Without time left, no budget needs to be reserved.
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

  /** The provider's retry-after, or an exponential backoff; plus random jitter. */
  private static Duration backoff(Reply.Failure failure, int attemptNumber) {
    Duration half = INITIAL_BACKOFF.multipliedBy(1L << (attemptNumber - 1)).dividedBy(2);
    Duration jitter = Duration.ofMillis(ThreadLocalRandom.current().nextLong(half.toMillis()));
    return retryAfter(failure).orElse(half).plus(jitter);
  }

  private static Optional<Duration> retryAfter(Reply.Failure failure) {
    return failure instanceof Reply.ProviderError error ? error.retryAfter() : Optional.empty();
  }
}
