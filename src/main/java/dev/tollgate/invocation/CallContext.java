package dev.tollgate.invocation;

import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedResponse;
import dev.tollgate.cache.SemanticCache;
import dev.tollgate.cache.SemanticPartition;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.RetryingInvoker.BilledAttempt;
import dev.tollgate.prompt.CacheScope;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.SemanticCaching;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A call under way: what is asked, of which models, and who will pay.
 *
 * @param originalRequest the request as it was meant
 * @param candidates the models that may answer, the best first, and the request as each takes it
 * @param prompt the prompt that shaped the request
 * @param ignoredFields what the caller sent and the prompt overruled
 * @param question the user's question, if it may be compared with others
 */
record CallContext(
    CallId id,
    Invocation invocation,
    ModelRequest originalRequest,
    List<AdaptedRequest> candidates,
    Optional<ManagedPrompt> prompt,
    List<String> ignoredFields,
    Optional<SemanticCache.EmbeddedQuestion> question) {

  private static final int SIMILARITY_DECIMALS = 4;

  /** The candidate to ask before all others. */
  AdaptedRequest firstCandidate() {
    return candidates.getFirst();
  }

  /**
   * Where the answer may be kept, if its reuse was consented to: at temperature 0 as it was meant,
   * or aloud. The key is that of the request as the first candidate takes it, which is what shapes
   * the answer.
   */
  Optional<CacheKey> cacheKey() {
    boolean deterministic =
        originalRequest.temperature().filter(temperature -> temperature.signum() == 0).isPresent();
    boolean declared =
        invocation.cacheDirectives().allowReuse()
            || prompt.map(ManagedPrompt::content).filter(CallContext::allowsReuse).isPresent();
    if (invocation.cacheDirectives().bypass() || MessagesJson.isStateful(originalRequest)) {
      return Optional.empty();
    }
    return deterministic || declared
        ? audience()
            .map(
                audience ->
                    CacheKey.of(
                        audience, prompt.map(ManagedPrompt::cacheKey), firstCandidate().request()))
        : Optional.empty();
  }

  private static boolean allowsReuse(PromptContent content) {
    return content.cacheable() || content.semantic().isPresent();
  }

  /** For how long the caller or the prompt wants the answer to be kept, if either says so. */
  Optional<Duration> cacheTtl() {
    return invocation
        .cacheDirectives()
        .ttl()
        .or(() -> prompt.flatMap(it -> it.content().semantic()).flatMap(SemanticCaching::ttl));
  }

  /** The call with its question, if the prompt allows the answers to similar ones. */
  CallContext withQuestion(SemanticCache semantic) {
    return prompt
        .flatMap(it -> question(it, semantic))
        .map(
            found ->
                new CallContext(
                    id,
                    invocation,
                    originalRequest,
                    candidates,
                    prompt,
                    ignoredFields,
                    Optional.of(found)))
        .orElse(this);
  }

  private Optional<SemanticCache.EmbeddedQuestion> question(
      ManagedPrompt from, SemanticCache semantic) {
    if (from.semantic().isEmpty()
        || !(invocation.input() instanceof Invocation.Input.Managed managed)) {
      return Optional.empty();
    }
    SemanticCaching terms = from.semantic().get();
    return audience()
        .flatMap(
            audience ->
                UserQuestion.find(terms, from.content(), managed, firstCandidate().request())
                    .flatMap(
                        found ->
                            semantic.embedQuestion(
                                terms,
                                SemanticPartition.of(
                                    audience, from.cacheKey(), found.rest(), found.variables()),
                                found.text())));
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

  InvocationResult.Answered toAnswered(
      ModelResponse response,
      CallRecord record,
      BigDecimal cost,
      List<String> dropped,
      Optional<CacheKey> key,
      Duration age,
      List<SoftLimitNotice> budgets) {
    return new InvocationResult.Answered(
        response,
        record,
        cost,
        prompt,
        ignoredFields,
        dropped,
        key,
        age,
        Optional.empty(),
        budgets);
  }

  /** The record of an answer that a model gave and its provider bills. */
  CallRecord createBilledRecord(
      PriceBook prices, AdaptedRequest by, ModelResponse response, Duration latency) {
    Price price = prices.findPrice(by.request().provider(), response.model(), id.time());
    return createRecord(
        id,
        by.request().provider(),
        price,
        response.model(),
        response.usage(),
        BigDecimal.ZERO,
        CacheOutcome.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.of(response.finishReason()),
        Optional.empty(),
        latency);
  }

  /**
   * The record of an answer from the cache: no tokens, no cost, but what it saved.
   *
   * @param similarity of its question to the call's; absent if it is the same
   */
  CallRecord createCacheHitRecord(
      PriceBook prices,
      ModelResponse response,
      CachedResponse answer,
      Optional<Double> similarity,
      Duration latency) {
    return createRecord(
        id,
        firstCandidate().request().provider(),
        prices.findPrice(firstCandidate().request().provider(), response.model(), id.time()),
        response.model(),
        Usage.NONE,
        answer.cost(),
        similarity.isPresent() ? CacheOutcome.SEMANTIC : CacheOutcome.EXACT,
        Optional.of(new CallId(answer.callId())),
        similarity.map(CallContext::roundDown),
        Optional.of(response.finishReason()),
        Optional.empty(),
        latency);
  }

  /** Downwards, so that nothing looks nearer than it was, but for a double's own error. */
  private static BigDecimal roundDown(double similarity) {
    BigDecimal exact = BigDecimal.valueOf(Math.min(similarity, 1));
    return Money.normalize(
        exact
            .setScale(2 * SIMILARITY_DECIMALS, RoundingMode.HALF_UP)
            .setScale(SIMILARITY_DECIMALS, RoundingMode.FLOOR));
  }

  /**
   * The record of a call that got no answer, or not all of it, which may be billed all the same.
   */
  CallRecord createFailedRecord(
      PriceBook prices,
      ModelCatalogue models,
      AdaptedRequest by,
      Reply.Failure failure,
      Duration latency) {
    return createFailedRecord(id, prices, models, by, failure, latency);
  }

  /** The record of an attempt that is billed, or may be, and did not end the call. */
  CallRecord createBilledRecord(
      PriceBook prices, ModelCatalogue models, BilledAttempt attempt, Duration latency) {
    return createFailedRecord(
        attempt.id(), prices, models, attempt.candidate(), attempt.failure(), latency);
  }

  private CallRecord createFailedRecord(
      CallId attempt,
      PriceBook prices,
      ModelCatalogue models,
      AdaptedRequest by,
      Reply.Failure failure,
      Duration latency) {
    ModelRequest request = by.request();
    if (failure instanceof Reply.Interrupted(var cause, String model, Usage usage, var estimated)) {
      Price price = prices.findPrice(request.provider(), model, attempt.time());
      return createFailedRecord(
          attempt, by, estimated ? price.asEstimated() : price, cause, model, usage, latency);
    }
    Price price = prices.findPrice(request.provider(), request.model(), attempt.time());
    return failure instanceof Reply.ResponseLost(var cause)
        ? createFailedRecord(
            attempt,
            by,
            price.asEstimated(),
            cause,
            request.model(),
            models.estimateUsage(request),
            latency)
        : createFailedRecord(attempt, by, price, failure, request.model(), Usage.NONE, latency);
  }

  private CallRecord createFailedRecord(
      CallId attempt,
      AdaptedRequest by,
      Price price,
      Reply.Failure failure,
      String model,
      Usage usage,
      Duration latency) {
    return createRecord(
        attempt,
        by.request().provider(),
        price,
        model,
        usage,
        BigDecimal.ZERO,
        CacheOutcome.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(errorType(failure)),
        latency);
  }

  private static String errorType(Reply.Failure failure) {
    return switch (failure) {
      case Reply.ProviderError declined -> declined.type();
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

  private CallRecord createRecord(
      CallId attempt,
      Provider provider,
      Price price,
      String model,
      Usage usage,
      BigDecimal avoidedCost,
      CacheOutcome cache,
      Optional<CallId> answeredBy,
      Optional<BigDecimal> similarity,
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
        originalRequest.model(),
        model,
        prompt.map(
            it ->
                new CallRecord.PromptUse(
                    it.name().value(), it.version().orElse(CallRecord.PromptUse.FILE_VERSION))),
        usage,
        cost.usd(),
        avoidedCost,
        cost.promptCacheSavings(),
        cost.priceId(),
        cost.status(),
        cache,
        answeredBy,
        similarity,
        finishReason.map(FinishReason::id),
        failure,
        latency,
        invocation.purpose());
  }
}
