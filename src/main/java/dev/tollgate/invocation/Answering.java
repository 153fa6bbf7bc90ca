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
import dev.tollgate.invocation.Attempts.Attempt;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.provider.Fitted;
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
class Answering {
  private static final Logger LOG = Logger.getLogger(Answering.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(15);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

  private final Attempts attempts;
  private final ModelCatalogue models;
  private final ModelProviders providers;
  private final ResponseCache cache;
  private final SemanticCache semantic;
  private final SingleFlight flights;
  private final PriceBook prices;
  private final CallLog calls;
  private final Recorder recorder;
  private final List<HitWatch> watches;
  private final BudgetService budgets;
  private final WorstCase worstCase;
  private final Pause pause;
  private final Clock clock;
  private final Duration cacheTtl;

  Answering(
      Attempts attempts,
      ModelCatalogue models,
      ModelProviders providers,
      ResponseCache cache,
      SemanticCache semantic,
      SingleFlight flights,
      PriceBook prices,
      CallLog calls,
      Recorder recorder,
      @All List<HitWatch> watches,
      BudgetService budgets,
      WorstCase worstCase,
      Pause pause,
      Clock clock,
      @ConfigProperty(name = "tollgate.cache.ttl", defaultValue = "1h") Duration cacheTtl) {
    this.attempts = attempts;
    this.models = models;
    this.providers = providers;
    this.cache = cache;
    this.semantic = semantic;
    this.flights = flights;
    this.prices = prices;
    this.calls = calls;
    this.recorder = recorder;
    this.watches = watches;
    this.budgets = budgets;
    this.worstCase = worstCase;
    this.pause = pause;
    this.clock = clock;
    this.cacheTtl = cacheTtl;
  }

  InvocationResult answer(Call call) {
    Optional<CacheKey> key = call.cacheKey();
    if (key.isEmpty()) {
      return asked(call, key).result();
    }
    if (call.invocation().reuse().refresh()) {
      return asked(call.compared(semantic), key).result();
    }
    Optional<Answered> there = reused(call, key.get());
    return there.isPresent() ? there.get() : similar(call.compared(semantic), key.get());
  }

  /** The answer to a question that asks the same in other words; else to this one. */
  private InvocationResult similar(Call call, CacheKey key) {
    if (call.question().isEmpty()) {
      return together(call, key);
    }
    return switch (semantic.find(call.question().get())) {
      case LookupResult.Hit hit -> {
        // Whoever asked the very same a moment ago was not heard of at the first look.
        Optional<Answered> given =
            hit.key().equals(key)
                ? given(call, hit.response(), key, Optional.empty())
                : given(call, hit);
        yield given.isPresent() ? given.get() : together(call, key);
      }
      case LookupResult.Miss(var nearest) -> {
        InvocationResult result = together(call, key);
        yield result instanceof Answered answered ? answered.near(nearest) : result;
      }
    };
  }

  private Optional<Answered> given(Call call, LookupResult.Hit hit) {
    Optional<Answered> given =
        given(call, hit.response(), hit.key(), Optional.of(hit.similarity()));
    given.ifPresent(answered -> tell(call, hit, answered));
    return given;
  }

  private void tell(Call call, LookupResult.Hit hit, Answered answered) {
    SemanticHit served =
        new SemanticHit(
            answered.call(),
            call.invocation().caller().principalId(),
            call.prompt().orElseThrow(),
            call.first().request(),
            answered.response(),
            call.question().orElseThrow().text(),
            hit.cachedQuestion());
    watches.forEach(watch -> watch.served(served));
  }

  /** Of all who ask the same at the same time, one asks the model; the others await its answer. */
  private InvocationResult together(Call call, CacheKey key) {
    Instant patienceEnds = clock.instant().plus(patience(call).dividedBy(2));
    for (int look = 0; ; look++) {
      switch (flights.acquire(key)) {
        case SingleFlight.FlightRole.Leader(SingleFlight.Leadership lead) -> {
          try (lead) {
            // Somebody's answer may have come since the last look.
            Optional<Answered> there = reused(call, key);
            if (there.isPresent()) {
              return there.get();
            }
            Asked asked = asked(call, Optional.of(key));
            if (!asked.kept()) {
              lead.abandon();
            }
            return asked.result();
          }
        }
        case SingleFlight.FlightRole.Uncoordinated() -> {
          return asked(call, Optional.of(key)).result();
        }
        case SingleFlight.FlightRole.Follower() -> {
          if (!clock.instant().isBefore(patienceEnds)) {
            return asked(call, Optional.of(key)).result();
          }
          pause.growing(look, FIRST_PAUSE, LONGEST_PAUSE);
          Optional<Answered> there = reused(call, key);
          if (there.isPresent()) {
            return there.get();
          }
        }
      }
    }
  }

  private Optional<Answered> reused(Call call, CacheKey key) {
    return cache.find(key).flatMap(answer -> given(call, answer, key, Optional.empty()));
  }

  /** An answer that is kept, if it can be read. */
  private Optional<Answered> given(
      Call call, CachedResponse answer, CacheKey key, Optional<Double> similarity) {
    return read(call, answer)
        .map(
            response -> {
              CallRecord record =
                  call.saved(prices, response, answer, similarity, since(call.id().time()));
              recorder.write(call, record, calls);
              return call.answered(
                  response,
                  record,
                  record.cost(),
                  call.first().dropped(),
                  Optional.of(key),
                  since(answer.created()),
                  List.of());
            });
  }

  /** What came of asking the model, and whether its answer is kept for others. */
  private record Asked(InvocationResult result, boolean kept) {}

  private Asked asked(Call call, Optional<CacheKey> key) {
    List<CallRecord> earlier = new ArrayList<>();
    CallBudget tab =
        budgets.open(
            call.id(),
            call.invocation().caller(),
            call.prompt().map(ManagedPrompt::name),
            () -> worstCase.of(call),
            call.invocation().deadline());
    Attempt last =
        attempts.ask(
            call.candidates(),
            call.invocation().deadline(),
            tab::reserve,
            attempt -> {
              CallRecord record = call.billed(prices, models, attempt, since(attempt.id().time()));
              recorder.write(call, record, tab::recordAndSettle);
              earlier.add(record);
            });
    Fitted by = last.asked();
    return switch (last.reply()) {
      case Reply.Answered(ModelResponse response) -> {
        CallRecord record = call.billed(prices, by, response, since(call.id().time()));
        recorder.write(call, record, tab::recordAndSettle);
        // Whoever asks this again wants the first model's answer, which may be back by then.
        Optional<CacheKey> own = key.filter(_ -> by.equals(call.first()));
        boolean kept =
            isAdmissible(response)
                && own.filter(it -> keep(call, it, response, record)).isPresent();
        yield new Asked(
            call.answered(
                response,
                record,
                cost(earlier, record),
                by.dropped(),
                own,
                Duration.ZERO,
                tab.notices()),
            kept);
      }
      case Reply.Failure failure -> {
        CallRecord record = call.failed(prices, models, by, failure, since(call.id().time()));
        recorder.write(call, record, tab::recordAndSettle);
        BigDecimal cost = cost(earlier, record);
        yield new Asked(
            tab.rejection()
                .<InvocationResult>map(
                    denial -> new InvocationResult.OverBudget(denial, record, cost))
                .orElseGet(() -> new InvocationResult.Failed(failure, record, cost)),
            false);
      }
    };
  }

  private static BigDecimal cost(List<CallRecord> earlier, CallRecord last) {
    return Money.normalize(
        earlier.stream().map(CallRecord::cost).reduce(last.cost(), BigDecimal::add));
  }

  private boolean keep(Call call, CacheKey key, ModelResponse response, CallRecord record) {
    // A slow Redis must not make an answer late that its record has made late already.
    if (!patience(call).isPositive()) {
      return false;
    }
    Duration lifetime = call.lifetime().orElse(cacheTtl);
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
  private Optional<ModelResponse> read(Call call, CachedResponse answer) {
    try {
      return Optional.of(providers.read(call.first().request().provider(), answer.body()));
    } catch (IllegalArgumentException e) {
      LOG.warnf("an entry of the response cache is no answer: %s", e.getMessage());
      return Optional.empty();
    }
  }

  private Duration patience(Call call) {
    return Duration.between(clock.instant(), call.invocation().deadline());
  }

  /** At least nothing: a clock that was set back, or another function's, may say less. */
  private Duration since(Instant begin) {
    Duration passed = Duration.between(begin, clock.instant());
    return passed.isNegative() ? Duration.ZERO : passed;
  }

  /** A cut, refused or empty answer is no answer to the next one who asks. */
  private static boolean isAdmissible(ModelResponse response) {
    return response.finishReason().isComplete() && !response.text().isBlank();
  }
}
