package dev.tollgate.invocation;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.SemanticCache;
import dev.tollgate.cache.SemanticPartition;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.SemanticCaching;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A call in progress: its request, its models and its caller.
 *
 * @param originalRequest the request before it was adapted to a model
 * @param candidates the request as each eligible model takes it, in order of preference
 * @param prompt the prompt that shaped the request
 * @param ignoredFields fields of the caller's request that the prompt overrides
 * @param question the embedded user question, if the semantic cache may be used
 */
record CallContext(
    CallId id,
    Invocation invocation,
    ModelRequest originalRequest,
    List<AdaptedRequest> candidates,
    Optional<ManagedPrompt> prompt,
    List<String> ignoredFields,
    Optional<SemanticCache.EmbeddedQuestion> question) {

  /** The preferred candidate. */
  AdaptedRequest firstCandidate() {
    return candidates.getFirst();
  }

  Duration remaining(Instant now) {
    return Duration.between(now, invocation.deadline());
  }

  /**
   * The key of the response cache, if the answer may be reused. That takes temperature 0 in the
   * original request, or consent by the caller or the prompt. The key covers the request as the
   * first candidate takes it, because that request shapes the answer.
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

  /** The time to live that the caller or the prompt sets. */
  Optional<Duration> cacheTtl() {
    return invocation
        .cacheDirectives()
        .ttl()
        .or(() -> prompt.flatMap(it -> it.content().semantic()).flatMap(SemanticCaching::ttl));
  }

  /** Adds the embedded user question, if the prompt allows answers to similar questions. */
  CallContext withQuestion(SemanticCache semantic) {
    return prompt
        .flatMap(it -> embedQuestion(it, semantic))
        .map(
            embedded ->
                new CallContext(
                    id,
                    invocation,
                    originalRequest,
                    candidates,
                    prompt,
                    ignoredFields,
                    Optional.of(embedded)))
        .orElse(this);
  }

  private Optional<SemanticCache.EmbeddedQuestion> embedQuestion(
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

  /** Who may receive the answer. Empty if the prompt's scope is one user and the call has none. */
  private Optional<CacheKey.Audience> audience() {
    String team = invocation.caller().team();
    return switch (prompt.map(it -> it.content().cacheScope()).orElse(CacheScope.TEAM)) {
      case TEAM -> Optional.of(new CacheKey.Audience.Team(team));
      case USER -> invocation.user().map(user -> new CacheKey.Audience.User(team, user));
      case SHARED -> Optional.of(new CacheKey.Audience.Everyone());
    };
  }
}
