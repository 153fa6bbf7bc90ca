package dev.tollgate.invocation;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cost.CacheOutcome;
import dev.tollgate.cost.CallId;
import dev.tollgate.cost.CallRecord;
import dev.tollgate.cost.Cost;
import dev.tollgate.cost.PriceBook;
import dev.tollgate.identity.Caller;
import dev.tollgate.prompt.CacheScope;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A call under way: the request as the model will see it, and who will pay.
 *
 * @param prompt the prompt that shaped the request
 * @param ignored what the caller sent and the prompt overruled
 */
record Call(
    CallId id,
    Invocation invocation,
    ModelRequest request,
    Optional<ManagedPrompt> prompt,
    List<String> ignored) {

  /** Where the answer may be kept, if its reuse was consented to: at temperature 0, or aloud. */
  Optional<CacheKey> cacheKey() {
    boolean deterministic =
        request.temperature().filter(temperature -> temperature.signum() == 0).isPresent();
    boolean declared =
        invocation.reuse().consent() || prompt.filter(it -> it.content().cacheable()).isPresent();
    if (invocation.reuse().none()) {
      return Optional.empty();
    }
    return deterministic || declared
        ? audience()
            .map(
                audience ->
                    CacheKey.of(
                        audience,
                        prompt.map(it -> new CacheKey.Prompt(it.versionHash(), it.epoch())),
                        request))
        : Optional.empty();
  }

  /** Who may be given the answer; nobody, if it is meant for one user and none is named. */
  private Optional<CacheKey.Audience> audience() {
    String team = invocation.caller().team();
    return switch (prompt.map(it -> it.content().cacheScope()).orElse(CacheScope.TEAM)) {
      case TEAM -> Optional.of(new CacheKey.Audience.Team(team));
      case USER -> invocation.user().map(user -> new CacheKey.Audience.User(team, user));
      case SHARED -> Optional.of(new CacheKey.Audience.Everyone());
    };
  }

  InvocationResult.Answered answered(
      ModelResponse response, CallRecord record, Optional<CacheKey> key, Duration age) {
    return new InvocationResult.Answered(response, record, prompt, ignored, key, age);
  }

  /** The record of an answer that the model gave and the provider bills. */
  CallRecord billed(PriceBook prices, ModelResponse response, Duration latency) {
    return record(
        prices,
        response.model(),
        response.usage(),
        BigDecimal.ZERO,
        CacheOutcome.NONE,
        Optional.of(response.finishReason()),
        Optional.empty(),
        latency);
  }

  /** The record of an answer from the cache: no tokens, no cost, but what it saved. */
  CallRecord saved(
      PriceBook prices, ModelResponse response, BigDecimal avoidedCost, Duration latency) {
    return record(
        prices,
        response.model(),
        Usage.NONE,
        avoidedCost,
        CacheOutcome.EXACT,
        Optional.of(response.finishReason()),
        Optional.empty(),
        latency);
  }

  /** The record of a call that got no answer, or not all of it, which is billed all the same. */
  CallRecord failed(PriceBook prices, Reply.Failure failure, Duration latency) {
    return failure instanceof Reply.BrokenOff(var cause, String model, Usage usage)
        ? failed(prices, cause, model, usage, latency)
        : failed(prices, failure, request.model(), Usage.NONE, latency);
  }

  private CallRecord failed(
      PriceBook prices, Reply.Failure failure, String model, Usage usage, Duration latency) {
    return record(
        prices,
        model,
        usage,
        BigDecimal.ZERO,
        CacheOutcome.NONE,
        Optional.empty(),
        Optional.of(type(failure)),
        latency);
  }

  private static String type(Reply.Failure failure) {
    return switch (failure) {
      case Reply.Declined declined -> declined.type();
      case Reply.Unreachable _ -> "unreachable";
      case Reply.TimedOut() -> "timeout";
      case Reply.Misconfigured _ -> "misconfigured";
      case Reply.BrokenOff(var cause, _, _) -> type(cause);
    };
  }

  private CallRecord record(
      PriceBook prices,
      String model,
      Usage usage,
      BigDecimal avoidedCost,
      CacheOutcome cache,
      Optional<FinishReason> finishReason,
      Optional<String> failure,
      Duration latency) {
    Caller caller = invocation.caller();
    Cost cost = prices.price(request.provider(), model, id.time()).cost(usage);
    return new CallRecord(
        id,
        id,
        true,
        caller.keyId(),
        caller.team(),
        invocation.user(),
        invocation.endpoint(),
        request.provider().id(),
        request.model(),
        model,
        prompt.map(
            it ->
                new CallRecord.PromptUse(
                    it.name().value(), it.version().orElse(CallRecord.PromptUse.FILE))),
        usage,
        cost.usd(),
        avoidedCost,
        cost.promptCacheSavings(),
        cost.priceId(),
        cost.status(),
        cache,
        finishReason.map(FinishReason::id),
        failure,
        latency,
        invocation.purpose());
  }
}
