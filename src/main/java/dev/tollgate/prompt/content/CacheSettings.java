package dev.tollgate.prompt.content;

import java.util.Optional;

/**
 * How responses and prefixes of a prompt version are cached.
 *
 * @param cacheable whether responses are reused although the temperature is not 0
 * @param scope the callers that share cached responses
 * @param promptCaching how long the provider caches the text that is the same in every call
 * @param semantic the settings of the semantic cache; empty disables it
 */
public record CacheSettings(
    boolean cacheable,
    CacheScope scope,
    PromptCaching promptCaching,
    Optional<SemanticCaching> semantic) {

  static final CacheSettings DEFAULT =
      new CacheSettings(false, CacheScope.TEAM, PromptCaching.OFF, Optional.empty());
}
