package dev.tollgate.invocation;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedResponse;
import dev.tollgate.cache.ResponseCache;
import dev.tollgate.cache.SemanticCache;
import dev.tollgate.cache.SemanticCache.LookupResult;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.provider.ModelResponse;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Answers calls from the response cache and the semantic cache, and stores new answers in both. An
 * answer from a cache is recorded like any other.
 */
@Singleton
class AnswerCache {
  private static final Logger LOG = Logger.getLogger(AnswerCache.class);

  private final ResponseCache responses;
  private final SemanticCache semantic;
  private final ModelProviders providers;
  private final CallRecordFactory records;
  private final CallRecorder recorder;
  private final EventPublisher events;
  private final Clock clock;
  private final Duration defaultTtl;

  AnswerCache(
      ResponseCache responses,
      SemanticCache semantic,
      ModelProviders providers,
      CallRecordFactory records,
      CallRecorder recorder,
      EventPublisher events,
      Clock clock,
      @ConfigProperty(name = "tollgate.cache.ttl", defaultValue = "1h") Duration defaultTtl) {
    this.responses = responses;
    this.semantic = semantic;
    this.providers = providers;
    this.records = records;
    this.recorder = recorder;
    this.events = events;
    this.clock = clock;
    this.defaultTtl = defaultTtl;
  }

  /** Embeds the call's question, if the prompt allows answers to similar ones. */
  CallContext embedQuestion(CallContext call) {
    return call.withQuestion(semantic);
  }

  /** Answers with the response to an equal request. */
  Optional<Answered> findExact(CallContext call, CacheKey key) {
    return responses.find(key).flatMap(cached -> answer(call, cached, key, Optional.empty()));
  }

  /**
   * The outcome of a semantic lookup.
   *
   * @param nearest the most similar question whose answer was not used
   */
  record SemanticLookup(Optional<Answered> answered, Optional<SemanticCache.NearestMiss> nearest) {
    static final SemanticLookup NONE = new SemanticLookup(Optional.empty(), Optional.empty());
  }

  /** Answers with the response to a similar question. */
  SemanticLookup findSimilar(CallContext call, CacheKey key) {
    if (call.question().isEmpty()) {
      return SemanticLookup.NONE;
    }
    return switch (semantic.find(call.question().get())) {
      case LookupResult.Hit hit -> new SemanticLookup(answer(call, key, hit), Optional.empty());
      case LookupResult.Miss(var nearest) -> new SemanticLookup(Optional.empty(), nearest);
    };
  }

  private Optional<Answered> answer(CallContext call, CacheKey key, LookupResult.Hit hit) {
    // An equal request may have been answered since the exact lookup.
    if (hit.key().equals(key)) {
      return answer(call, hit.response(), key, Optional.empty());
    }
    Optional<Answered> answered =
        answer(call, hit.response(), hit.key(), Optional.of(hit.similarity()));
    answered.ifPresent(it -> publishHit(call, hit, it));
    return answered;
  }

  private void publishHit(CallContext call, LookupResult.Hit hit, Answered answered) {
    events.publish(
        new SemanticHit(
            answered.call(),
            call.invocation().caller().principalId(),
            call.prompt().orElseThrow(),
            call.firstCandidate().request(),
            answered.response(),
            call.question().orElseThrow().text(),
            hit.cachedQuestion()));
  }

  private Optional<Answered> answer(
      CallContext call, CachedResponse cached, CacheKey key, Optional<Double> similarity) {
    return parse(call, cached)
        .map(
            response -> {
              CallRecord record = records.createCacheHit(call, response, cached, similarity);
              recorder.record(call, record);
              return new Answered(
                  response,
                  record,
                  record.cost(),
                  call.prompt(),
                  call.ignoredFields(),
                  call.firstCandidate().droppedFields(),
                  Optional.of(key),
                  age(cached),
                  Optional.empty(),
                  List.of());
            });
  }

  /** Empty if the entry is outdated or corrupt; then the model is asked. */
  private Optional<ModelResponse> parse(CallContext call, CachedResponse cached) {
    try {
      return Optional.of(
          providers.parseResponse(call.firstCandidate().request().provider(), cached.body()));
    } catch (IllegalArgumentException e) {
      LOG.warnf(
          "Skipped a corrupt response cache entry of call %s: %s", cached.callId(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Not negative, even if another function's clock is ahead. */
  private Duration age(CachedResponse cached) {
    Duration age = Duration.between(cached.created(), clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** Stores an answer, and returns whether others will find it. */
  boolean store(CallContext call, CacheKey key, ModelResponse response, CallRecord record) {
    Instant now = clock.instant();
    // A slow Redis must not delay an answer whose record has used up the time already.
    if (!isCacheable(response) || !call.remaining(now).isPositive()) {
      return false;
    }
    Duration ttl = call.cacheTtl().orElse(defaultTtl);
    boolean stored =
        responses.store(
            key, new CachedResponse(call.id().value(), response.body(), record.cost(), now), ttl);
    if (stored) {
      call.question().ifPresent(question -> semantic.store(question, key, ttl));
    }
    return stored;
  }

  /** A truncated, refused or empty answer is not served again. */
  private static boolean isCacheable(ModelResponse response) {
    return response.finishReason().isComplete() && !response.text().isBlank();
  }
}
