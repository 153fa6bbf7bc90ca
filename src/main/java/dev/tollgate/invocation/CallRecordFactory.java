package dev.tollgate.invocation;

import dev.tollgate.cache.CachedResponse;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.RetryingInvoker.BilledAttempt;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Creates the records of calls and prices them. The latency ends when the record is created. */
@Singleton
class CallRecordFactory {
  private static final int SIMILARITY_DECIMALS = 4;

  private final PriceBook prices;
  private final ModelCatalogue models;
  private final Clock clock;

  CallRecordFactory(PriceBook prices, ModelCatalogue models, Clock clock) {
    this.prices = prices;
    this.models = models;
    this.clock = clock;
  }

  /** Creates the record of an answer that a model gave and its provider bills. */
  CallRecord createAnswered(CallContext call, AdaptedRequest candidate, ModelResponse response) {
    Provider provider = candidate.request().provider();
    return create(
        call,
        call.id(),
        provider,
        prices.findPrice(provider, response.model(), call.id().time()),
        response.model(),
        response.usage(),
        CallRecord.CacheUse.NONE,
        BigDecimal.ZERO,
        Optional.of(response.finishReason()),
        Optional.empty());
  }

  /**
   * Creates the record of an answer from the cache: no tokens, no cost, but the avoided cost.
   *
   * @param similarity of the cached question to the call's; absent if the requests are equal
   */
  CallRecord createCacheHit(
      CallContext call,
      ModelResponse response,
      CachedResponse cached,
      Optional<Double> similarity) {
    Provider provider = call.firstCandidate().request().provider();
    return create(
        call,
        call.id(),
        provider,
        prices.findPrice(provider, response.model(), call.id().time()),
        response.model(),
        Usage.NONE,
        new CallRecord.CacheUse(
            similarity.isPresent() ? CacheOutcome.SEMANTIC : CacheOutcome.EXACT,
            Optional.of(new CallId(cached.callId())),
            similarity.map(CallRecordFactory::roundDown)),
        cached.cost(),
        Optional.of(response.finishReason()),
        Optional.empty());
  }

  /**
   * Rounds down, so that no similarity looks higher than it is, but allows for a double's error.
   */
  private static BigDecimal roundDown(double similarity) {
    BigDecimal exact = BigDecimal.valueOf(Math.min(similarity, 1));
    return Money.normalize(
        exact
            .setScale(2 * SIMILARITY_DECIMALS, RoundingMode.HALF_UP)
            .setScale(SIMILARITY_DECIMALS, RoundingMode.FLOOR));
  }

  /** Creates the record of a call without a complete answer, which may be billed all the same. */
  CallRecord createFailed(CallContext call, AdaptedRequest candidate, Reply.Failure failure) {
    return createFailed(call, call.id(), candidate.request(), failure);
  }

  /** Creates the record of an attempt that is or may be billed, and did not end the call. */
  CallRecord createFailedAttempt(CallContext call, BilledAttempt attempt) {
    return createFailed(call, attempt.id(), attempt.candidate().request(), attempt.failure());
  }

  private CallRecord createFailed(
      CallContext call, CallId attempt, ModelRequest request, Reply.Failure failure) {
    if (failure instanceof Reply.Interrupted(var cause, String model, Usage usage, var estimated)) {
      Price price = prices.findPrice(request.provider(), model, attempt.time());
      return createFailed(
          call, attempt, request, estimated ? price.asEstimated() : price, cause, model, usage);
    }
    String model = request.model();
    Price price = prices.findPrice(request.provider(), model, attempt.time());
    return failure instanceof Reply.ResponseLost(var cause)
        ? createFailed(
            call,
            attempt,
            request,
            price.asEstimated(),
            cause,
            model,
            models.estimateUsage(request))
        : createFailed(call, attempt, request, price, failure, model, Usage.NONE);
  }

  private CallRecord createFailed(
      CallContext call,
      CallId attempt,
      ModelRequest request,
      Price price,
      Reply.Failure failure,
      String model,
      Usage usage) {
    return create(
        call,
        attempt,
        request.provider(),
        price,
        model,
        usage,
        CallRecord.CacheUse.NONE,
        BigDecimal.ZERO,
        Optional.empty(),
        Optional.of(errorType(failure)));
  }

  private static String errorType(Reply.Failure failure) {
    return switch (failure) {
      case Reply.ProviderError error -> error.type();
      case Reply.Unreachable _ -> "unreachable";
      case Reply.MalformedResponse _ -> "unreadable";
      case Reply.TimedOut() -> "timeout";
      case Reply.CircuitOpen _ -> "suspended";
      case Reply.Misconfigured _ -> "misconfigured";
      case Reply.NotAttempted() -> "budget";
      case Reply.Interrupted(var cause, _, _, _) -> errorType(cause);
      case Reply.ResponseLost(var cause) -> errorType(cause);
    };
  }

  private CallRecord create(
      CallContext call,
      CallId attempt,
      Provider provider,
      Price price,
      String model,
      Usage usage,
      CallRecord.CacheUse cache,
      BigDecimal avoidedCost,
      Optional<FinishReason> finishReason,
      Optional<String> failure) {
    Invocation invocation = call.invocation();
    Caller caller = invocation.caller();
    return new CallRecord(
        new CallRecord.Attempt(attempt, call.id(), attempt.equals(call.id())),
        new CallRecord.Attribution(
            caller.keyId(),
            caller.team(),
            invocation.user(),
            invocation.endpoint(),
            call.prompt()
                .map(
                    it ->
                        new CallRecord.PromptUse(
                            it.name().value(),
                            it.version().orElse(CallRecord.PromptUse.FILE_VERSION))),
            invocation.purpose()),
        new CallRecord.Models(provider.id(), call.originalRequest().model(), model),
        usage,
        new CallRecord.Charge(price.cost(usage), avoidedCost),
        cache,
        new CallRecord.Outcome(finishReason.map(FinishReason::id), failure, latency(attempt)));
  }

  /** Not negative, even if the clock was set back. */
  private Duration latency(CallId attempt) {
    Duration elapsed = Duration.between(attempt.time(), clock.instant());
    return elapsed.isNegative() ? Duration.ZERO : elapsed;
  }
}
