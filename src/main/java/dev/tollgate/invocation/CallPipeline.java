package dev.tollgate.invocation;

import dev.tollgate.budget.BudgetService;
import dev.tollgate.budget.CallBudget;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedResponse;
import dev.tollgate.cache.ResponseCache;
import dev.tollgate.cache.SemanticCache;
import dev.tollgate.cache.SemanticCache.LookupResult;
import dev.tollgate.cache.SingleFlight;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.invocation.RetryingInvoker.Attempt;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelResponse;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Gives calls their answers: from the caches, from whoever asks the same at this moment, or from
 * the model. Each is priced and recorded, and only then let go.
 */
@Singleton
class CallPipeline {
  private static final Logger LOG = Logger.getLogger(CallPipeline.class);

  private static final Duration INITIAL_BACKOFF = Duration.ofMillis(15);
  private static final Duration MAX_BACKOFF = Duration.ofMillis(100);

  private final RetryingInvoker retryingInvoker;
  private final ModelCatalogue models;
  private final ModelProviders providers;
  private final ResponseCache cache;
  private final SemanticCache semantic;
  private final SingleFlight singleFlight;
  private final PriceBook prices;
  private final CallLog calls;
  private final CallRecorder recorder;
  private final List<SemanticHitListener> hitListeners;
  private final BudgetService budgets;
  private final WorstCaseCost worstCase;
  private final Sleeper sleeper;
  private final Clock clock;
  private final Duration cacheTtl;

  CallPipeline(
      RetryingInvoker retryingInvoker,
      ModelCatalogue models,
      ModelProviders providers,
      ResponseCache cache,
      SemanticCache semantic,
      SingleFlight singleFlight,
      PriceBook prices,
      CallLog calls,
      CallRecorder recorder,
      @All List<SemanticHitListener> hitListeners,
      BudgetService budgets,
      WorstCaseCost worstCase,
      Sleeper sleeper,
      Clock clock,
      @ConfigProperty(name = "tollgate.cache.ttl", defaultValue = "1h") Duration cacheTtl) {
    this.retryingInvoker = retryingInvoker;
    this.models = models;
    this.providers = providers;
    this.cache = cache;
    this.semantic = semantic;
    this.singleFlight = singleFlight;
    this.prices = prices;
    this.calls = calls;
    this.recorder = recorder;
    this.hitListeners = hitListeners;
    this.budgets = budgets;
    this.worstCase = worstCase;
    this.sleeper = sleeper;
    this.clock = clock;
    this.cacheTtl = cacheTtl;
  }

  InvocationResult execute(CallContext call) {
    Optional<CacheKey> key = call.cacheKey();
    if (key.isEmpty()) {
      return callModel(call, key).result();
    }
    if (call.invocation().cacheDirectives().refresh()) {
      return callModel(call.withQuestion(semantic), key).result();
    }
    Optional<Answered> cached = lookUpExact(call, key.get());
    return cached.isPresent()
        ? cached.get()
        : lookUpSemantic(call.withQuestion(semantic), key.get());
  }

  /** The answer to a question that asks the same in other words; else to this one. */
  private InvocationResult lookUpSemantic(CallContext call, CacheKey key) {
    if (call.question().isEmpty()) {
      return coalesce(call, key);
    }
    return switch (semantic.find(call.question().get())) {
      case LookupResult.Hit hit -> {
        // Whoever asked the very same a moment ago was not heard of at the first look.
        Optional<Answered> given =
            hit.key().equals(key)
                ? answerFromCache(call, hit.response(), key, Optional.empty())
                : answerFromCache(call, hit);
        yield given.isPresent() ? given.get() : coalesce(call, key);
      }
      case LookupResult.Miss(var nearest) -> {
        InvocationResult result = coalesce(call, key);
        yield result instanceof Answered answered ? answered.withNearest(nearest) : result;
      }
    };
  }

  private Optional<Answered> answerFromCache(CallContext call, LookupResult.Hit hit) {
    Optional<Answered> given =
        answerFromCache(call, hit.response(), hit.key(), Optional.of(hit.similarity()));
    given.ifPresent(answered -> notifyHit(call, hit, answered));
    return given;
  }

  private void notifyHit(CallContext call, LookupResult.Hit hit, Answered answered) {
    SemanticHit served =
        new SemanticHit(
            answered.call(),
            call.invocation().caller().principalId(),
            call.prompt().orElseThrow(),
            call.firstCandidate().request(),
            answered.response(),
            call.question().orElseThrow().text(),
            hit.cachedQuestion());
    hitListeners.forEach(watch -> watch.onHit(served));
  }

  /** Of all who ask the same at the same time, one asks the model; the others await its answer. */
  private InvocationResult coalesce(CallContext call, CacheKey key) {
    Instant waitUntil = clock.instant().plus(remaining(call).dividedBy(2));
    for (int attempt = 0; ; attempt++) {
      switch (singleFlight.acquire(key)) {
        case SingleFlight.FlightRole.Leader(SingleFlight.Leadership lead) -> {
          try (lead) {
            // Somebody's answer may have come since the last look.
            Optional<Answered> cached = lookUpExact(call, key);
            if (cached.isPresent()) {
              return cached.get();
            }
            ModelOutcome asked = callModel(call, Optional.of(key));
            if (!asked.cached()) {
              lead.abandon();
            }
            return asked.result();
          }
        }
        case SingleFlight.FlightRole.Uncoordinated() -> {
          return callModel(call, Optional.of(key)).result();
        }
        case SingleFlight.FlightRole.Follower() -> {
          if (!clock.instant().isBefore(waitUntil)) {
            return callModel(call, Optional.of(key)).result();
          }
          sleeper.backOff(attempt, INITIAL_BACKOFF, MAX_BACKOFF);
          Optional<Answered> cached = lookUpExact(call, key);
          if (cached.isPresent()) {
            return cached.get();
          }
        }
      }
    }
  }

  private Optional<Answered> lookUpExact(CallContext call, CacheKey key) {
    return cache.find(key).flatMap(answer -> answerFromCache(call, answer, key, Optional.empty()));
  }

  /** An answer that is kept, if it can be read. */
  private Optional<Answered> answerFromCache(
      CallContext call, CachedResponse answer, CacheKey key, Optional<Double> similarity) {
    return parseCached(call, answer)
        .map(
            response -> {
              CallRecord record =
                  call.createCacheHitRecord(
                      prices, response, answer, similarity, elapsedSince(call.id().time()));
              recorder.record(call, record, calls);
              return call.toAnswered(
                  response,
                  record,
                  record.cost(),
                  call.firstCandidate().droppedFields(),
                  Optional.of(key),
                  elapsedSince(answer.created()),
                  List.of());
            });
  }

  /** What came of asking the model, and whether its answer is kept for others. */
  private record ModelOutcome(InvocationResult result, boolean cached) {}

  private ModelOutcome callModel(CallContext call, Optional<CacheKey> key) {
    List<CallRecord> earlier = new ArrayList<>();
    CallBudget tab =
        budgets.open(
            call.id(),
            call.invocation().caller(),
            call.prompt().map(ManagedPrompt::name),
            () -> worstCase.estimate(call),
            call.invocation().deadline());
    Attempt last =
        retryingInvoker.invoke(
            call.candidates(),
            call.invocation().deadline(),
            tab::reserve,
            attempt -> {
              CallRecord record =
                  call.createBilledRecord(
                      prices, models, attempt, elapsedSince(attempt.id().time()));
              recorder.record(call, record, tab::recordAndSettle);
              earlier.add(record);
            });
    AdaptedRequest candidate = last.candidate();
    return switch (last.reply()) {
      case Reply.Answered(ModelResponse response) -> {
        CallRecord record =
            call.createBilledRecord(prices, candidate, response, elapsedSince(call.id().time()));
        recorder.record(call, record, tab::recordAndSettle);
        // Whoever asks this again wants the first model's answer, which may be back by then.
        Optional<CacheKey> own = key.filter(_ -> candidate.equals(call.firstCandidate()));
        boolean kept =
            isCacheable(response)
                && own.filter(it -> store(call, it, response, record)).isPresent();
        yield new ModelOutcome(
            call.toAnswered(
                response,
                record,
                totalCost(earlier, record),
                candidate.droppedFields(),
                own,
                Duration.ZERO,
                tab.notices()),
            kept);
      }
      case Reply.Failure failure -> {
        CallRecord record =
            call.createFailedRecord(
                prices, models, candidate, failure, elapsedSince(call.id().time()));
        recorder.record(call, record, tab::recordAndSettle);
        BigDecimal cost = totalCost(earlier, record);
        yield new ModelOutcome(
            tab.rejection()
                .<InvocationResult>map(
                    denial -> new InvocationResult.OverBudget(denial, record, cost))
                .orElseGet(() -> new InvocationResult.Failed(failure, record, cost)),
            false);
      }
    };
  }

  private static BigDecimal totalCost(List<CallRecord> earlier, CallRecord last) {
    return Money.normalize(
        earlier.stream().map(CallRecord::cost).reduce(last.cost(), BigDecimal::add));
  }

  private boolean store(CallContext call, CacheKey key, ModelResponse response, CallRecord record) {
    // A slow Redis must not make an answer late that its record has made late already.
    if (!remaining(call).isPositive()) {
      return false;
    }
    Duration lifetime = call.cacheTtl().orElse(cacheTtl);
    boolean kept =
        cache.store(
            key,
            new CachedResponse(call.id().value(), response.body(), record.cost(), clock.instant()),
            lifetime);
    if (kept) {
      call.question().ifPresent(question -> semantic.store(question, key, lifetime));
    }
    return kept;
  }

  /** What a cache holds may be old or broken; then the model is asked. */
  private Optional<ModelResponse> parseCached(CallContext call, CachedResponse answer) {
    try {
      return Optional.of(
          providers.parseResponse(call.firstCandidate().request().provider(), answer.body()));
    } catch (IllegalArgumentException e) {
      LOG.warnf("an entry of the response cache is no answer: %s", e.getMessage());
      return Optional.empty();
    }
  }

  private Duration remaining(CallContext call) {
    return Duration.between(clock.instant(), call.invocation().deadline());
  }

  /** At least nothing: a clock that was set back, or another function's, may say less. */
  private Duration elapsedSince(Instant begin) {
    Duration passed = Duration.between(begin, clock.instant());
    return passed.isNegative() ? Duration.ZERO : passed;
  }

  /** A cut, refused or empty answer is no answer to the next one who asks. */
  private static boolean isCacheable(ModelResponse response) {
    return response.finishReason().isComplete() && !response.text().isBlank();
  }
}
