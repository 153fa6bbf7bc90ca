package dev.tollgate.invocation;

import dev.tollgate.budget.BudgetAccounts.Notice;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cost.CacheOutcome;
import dev.tollgate.cost.CallId;
import dev.tollgate.cost.CallRecord;
import dev.tollgate.cost.Cost;
import dev.tollgate.cost.Price;
import dev.tollgate.cost.PriceBook;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.Attempts.Billed;
import dev.tollgate.prompt.CacheScope;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.Fitted;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.anthropic.MessagesWire;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A call under way: what is asked, of which models, and who will pay.
 *
 * @param asked the request as it was meant
 * @param candidates the models that may answer, the best first, and the request as each takes it
 * @param prompt the prompt that shaped the request
 * @param ignored what the caller sent and the prompt overruled
 */
record Call(
    CallId id,
    Invocation invocation,
    ModelRequest asked,
    List<Fitted> candidates,
    Optional<ManagedPrompt> prompt,
    List<String> ignored) {

  /** The candidate to ask before all others. */
  Fitted first() {
    return candidates.getFirst();
  }

  /**
   * Where the answer may be kept, if its reuse was consented to: at temperature 0 as it was meant,
   * or aloud. The key is that of the request as the first candidate takes it, which is what shapes
   * the answer.
   */
  Optional<CacheKey> cacheKey() {
    boolean deterministic =
        asked.temperature().filter(temperature -> temperature.signum() == 0).isPresent();
    boolean declared =
        invocation.reuse().consent() || prompt.filter(it -> it.content().cacheable()).isPresent();
    if (invocation.reuse().none() || MessagesWire.keepsState(asked)) {
      return Optional.empty();
    }
    return deterministic || declared
        ? audience()
            .map(
                audience ->
                    CacheKey.of(
                        audience,
                        prompt.map(it -> new CacheKey.Prompt(it.versionHash(), it.epoch())),
                        first().request()))
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
      ModelResponse response,
      CallRecord record,
      BigDecimal cost,
      List<String> dropped,
      Optional<CacheKey> key,
      Duration age,
      List<Notice> budgets) {
    return new InvocationResult.Answered(
        response, record, cost, prompt, ignored, dropped, key, age, budgets);
  }

  /** The record of an answer that a model gave and its provider bills. */
  CallRecord billed(PriceBook prices, Fitted by, ModelResponse response, Duration latency) {
    Price price = prices.price(by.request().provider(), response.model(), id.time());
    return record(
        id,
        by.request().provider(),
        price,
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
        id,
        first().request().provider(),
        prices.price(first().request().provider(), response.model(), id.time()),
        response.model(),
        Usage.NONE,
        avoidedCost,
        CacheOutcome.EXACT,
        Optional.of(response.finishReason()),
        Optional.empty(),
        latency);
  }

  /** The record of a call that got no answer, or not all of it, which is billed all the same. */
  CallRecord failed(PriceBook prices, Fitted by, Reply.Failure failure, Duration latency) {
    return failure instanceof Reply.BrokenOff broken
        ? brokenOff(id, prices, by, broken, latency)
        : failed(
            id,
            by,
            prices.price(by.request().provider(), by.request().model(), id.time()),
            failure,
            by.request().model(),
            Usage.NONE,
            latency);
  }

  /** The record of an attempt that is billed and did not end the call. */
  CallRecord billed(PriceBook prices, Billed attempt, Duration latency) {
    return brokenOff(attempt.id(), prices, attempt.asked(), attempt.reply(), latency);
  }

  private CallRecord brokenOff(
      CallId attempt, PriceBook prices, Fitted by, Reply.BrokenOff reply, Duration latency) {
    Price price = prices.price(by.request().provider(), reply.model(), attempt.time());
    return failed(
        attempt,
        by,
        reply.estimated() ? price.estimated() : price,
        reply.cause(),
        reply.model(),
        reply.usage(),
        latency);
  }

  private CallRecord failed(
      CallId attempt,
      Fitted by,
      Price price,
      Reply.Failure failure,
      String model,
      Usage usage,
      Duration latency) {
    return record(
        attempt,
        by.request().provider(),
        price,
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
      case Reply.Unreadable _ -> "unreadable";
      case Reply.TimedOut() -> "timeout";
      case Reply.Suspended _ -> "suspended";
      case Reply.Misconfigured _ -> "misconfigured";
      case Reply.Withheld() -> "budget";
      case Reply.BrokenOff(var cause, _, _, _) -> type(cause);
    };
  }

  private CallRecord record(
      CallId attempt,
      Provider provider,
      Price price,
      String model,
      Usage usage,
      BigDecimal avoidedCost,
      CacheOutcome cache,
      Optional<FinishReason> finishReason,
      Optional<String> failure,
      Duration latency) {
    Caller caller = invocation.caller();
    Cost cost = price.cost(usage);
    return new CallRecord(
        attempt,
        id,
        attempt.equals(id),
        caller.keyId(),
        caller.team(),
        invocation.user(),
        invocation.endpoint(),
        provider.id(),
        asked.model(),
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
