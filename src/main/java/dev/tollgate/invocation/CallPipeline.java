package dev.tollgate.invocation;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.SingleFlight;
import dev.tollgate.invocation.AnswerCache.SemanticLookup;
import dev.tollgate.invocation.InvocationResult.Answered;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Answers calls: from a cache, by an equal call in progress, or by a model. Every call is priced
 * and recorded before its answer is returned.
 */
@Singleton
class CallPipeline {
  private static final Duration INITIAL_BACKOFF = Duration.ofMillis(15);
  private static final Duration MAX_BACKOFF = Duration.ofMillis(100);

  private final AnswerCache cache;
  private final SingleFlight singleFlight;
  private final ModelInvoker modelInvoker;
  private final Sleeper sleeper;
  private final Clock clock;

  CallPipeline(
      AnswerCache cache,
      SingleFlight singleFlight,
      ModelInvoker modelInvoker,
      Sleeper sleeper,
      Clock clock) {
    this.cache = cache;
    this.singleFlight = singleFlight;
    this.modelInvoker = modelInvoker;
    this.sleeper = sleeper;
    this.clock = clock;
  }

  InvocationResult execute(CallContext call) {
    Optional<CacheKey> key = call.cacheKey();
    if (key.isEmpty()) {
      return modelInvoker.invoke(call, key);
    }
    if (call.invocation().cacheDirectives().refresh()) {
      return invokeAndStore(cache.embedQuestion(call), key.get()).result();
    }
    Optional<Answered> exact = cache.findExact(call, key.get());
    return exact.isPresent() ? exact.get() : executeAfterMiss(cache.embedQuestion(call), key.get());
  }

  private InvocationResult executeAfterMiss(CallContext call, CacheKey key) {
    SemanticLookup similar = cache.findSimilar(call, key);
    if (similar.answered().isPresent()) {
      return similar.answered().get();
    }
    InvocationResult result = coalesce(call, key);
    return result instanceof Answered answered ? answered.withNearest(similar.nearest()) : result;
  }

  /** Of equal calls in progress, one asks the model and the others wait for its answer. */
  private InvocationResult coalesce(CallContext call, CacheKey key) {
    Instant waitUntil = clock.instant().plus(call.remaining(clock.instant()).dividedBy(2));
    for (int attempt = 0; ; attempt++) {
      switch (singleFlight.acquire(key)) {
        case SingleFlight.FlightRole.Leader(SingleFlight.Leadership leadership) -> {
          try (leadership) {
            // The previous leader may have stored its answer since the last lookup.
            Optional<Answered> cached = cache.findExact(call, key);
            if (cached.isPresent()) {
              return cached.get();
            }
            ModelOutcome outcome = invokeAndStore(call, key);
            if (!outcome.stored()) {
              leadership.abandon();
            }
            return outcome.result();
          }
        }
        case SingleFlight.FlightRole.Uncoordinated() -> {
          return invokeAndStore(call, key).result();
        }
        case SingleFlight.FlightRole.Follower() -> {
          if (!clock.instant().isBefore(waitUntil)) {
            return invokeAndStore(call, key).result();
          }
          sleeper.backOff(attempt, INITIAL_BACKOFF, MAX_BACKOFF);
          Optional<Answered> cached = cache.findExact(call, key);
          if (cached.isPresent()) {
            return cached.get();
          }
        }
      }
    }
  }

  /**
   * The result of a model call.
   *
   * @param stored whether followers find the answer in the cache
   */
  private record ModelOutcome(InvocationResult result, boolean stored) {}

  private ModelOutcome invokeAndStore(CallContext call, CacheKey key) {
    InvocationResult result = modelInvoker.invoke(call, Optional.of(key));
    boolean stored =
        result instanceof Answered answered
            && answered
                .cacheKey()
                .filter(own -> cache.store(call, own, answered.response(), answered.call()))
                .isPresent();
    return new ModelOutcome(result, stored);
  }
}
