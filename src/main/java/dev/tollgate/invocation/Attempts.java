package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.provider.Fitted;
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
class Attempts {
  /** How often a model is asked at most; the providers' own clients ask as often. */
  private static final int MOST = 3;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  /** What must be left after a pause for asking again to make sense. */
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

  private final ModelProviders providers;
  private final Pause pause;
  private final AttemptWatch watch;
  private final Clock clock;

  Attempts(ModelProviders providers, Pause pause, AttemptWatch watch, Clock clock) {
    this.providers = providers;
    this.pause = pause;
    this.watch = watch;
    this.clock = clock;
  }

  /**
   * One time that a model was asked.
   *
   * @param id tells when
   */
  record Attempt(CallId id, Fitted asked, Reply reply) {}

  /** An attempt that did not end the call, and that the provider bills or may. */
  record Billed(CallId id, Fitted asked, Reply.Failure reply) {}

  /**
   * Asks until there is an answer, or nobody left to ask, or no time.
   *
   * @param candidates the models, the best first
   * @param affordable says before each attempt whether it may be made
   * @param billed is told at once of what has to be paid, or may have to, and is not the last
   * @return the last attempt
   */
  Attempt ask(
      List<Fitted> candidates,
      Instant deadline,
      BooleanSupplier affordable,
      Consumer<Billed> billed) {
    Iterator<Fitted> left = candidates.iterator();
    while (true) {
      Fitted candidate = left.next();
      // Who hangs must leave some time to those behind it.
      Instant end = left.hasNext() ? halfWay(deadline) : deadline;
      Attempt last = ask(candidate, end, affordable, billed);
      if (!left.hasNext()
          || !(last.reply() instanceof Reply.Failure failure)
          || failure.isRequestsOwn()) {
        return last;
      }
      tell(last, billed);
    }
  }

  private Instant halfWay(Instant deadline) {
    return clock.instant().plus(Duration.between(clock.instant(), deadline).dividedBy(2));
  }

  private Attempt ask(
      Fitted candidate, Instant end, BooleanSupplier affordable, Consumer<Billed> billed) {
    boolean paid = false;
    for (int times = 1; ; times++) {
      Attempt attempt = new Attempt(CallId.next(clock), candidate, ask(candidate, end, affordable));
      if (!(attempt.reply() instanceof Reply.Failure failure)) {
        return attempt;
      }
      Duration wait = wait(failure, times);
      boolean again =
          failure.isTransient()
              && times < MOST
              // What is paid for is asked for again only once.
              && !(paid && failure.isBillable())
              && wait.plus(LEAST_PATIENCE).compareTo(patience(end)) <= 0;
      watch.failed(candidate, failure, again);
      if (!again) {
        return attempt;
      }
      paid |= failure.isBillable();
      tell(attempt, billed);
      pause.take(wait);
    }
  }

  private Reply ask(Fitted candidate, Instant end, BooleanSupplier affordable) {
    // Whoever has no time left needs no money.
    if (!patience(end).isPositive()) {
      return new Reply.TimedOut();
    }
    if (!affordable.getAsBoolean()) {
      return new Reply.Withheld();
    }
    Duration left = patience(end);
    return left.isPositive() ? providers.ask(candidate.request(), left) : new Reply.TimedOut();
  }

  private static void tell(Attempt attempt, Consumer<Billed> billed) {
    if (attempt.reply() instanceof Reply.Failure failure && failure.isBillable()) {
      billed.accept(new Billed(attempt.id(), attempt.asked(), failure));
    }
  }

  private Duration patience(Instant end) {
    return Duration.between(clock.instant(), end);
  }

  /** What the provider asks for, or twice as long each time; and a little of chance. */
  private static Duration wait(Reply.Failure failure, int times) {
    Duration half = FIRST_PAUSE.multipliedBy(1L << (times - 1)).dividedBy(2);
    Duration chance = Duration.ofMillis(ThreadLocalRandom.current().nextLong(half.toMillis()));
    return retryAfter(failure).orElse(half).plus(chance);
  }

  private static Optional<Duration> retryAfter(Reply.Failure failure) {
    return failure instanceof Reply.Declined declined ? declined.retryAfter() : Optional.empty();
  }
}
