package dev.tollgate.invocation;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.SemanticCaching;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A prompt version in use by a call.
 *
 * @param version absent if the content is from a file on a developer's machine
 * @param versionHash hash of the content
 * @param cacheEpoch number of purges of the prompt's cached answers
 * @param semantic settings of the semantic cache, if the content enables it and no operator has
 *     disabled it
 */
public record ManagedPrompt(
    PromptName name,
    OptionalInt version,
    PromptContent content,
    String versionHash,
    long cacheEpoch,
    Optional<SemanticCaching> semantic) {

  /** Returns the prompt's part of a cache key. */
  CacheKey.Prompt cacheKey() {
    return new CacheKey.Prompt(versionHash, cacheEpoch);
  }

  static ManagedPrompt of(PromptState state, PromptVersion version) {
    return new ManagedPrompt(
        version.name(),
        OptionalInt.of(version.number()),
        version.content(),
        version.content().versionHash(),
        state.cacheEpoch(),
        version.content().semantic().filter(_ -> state.semantic().isOn()));
  }

  static ManagedPrompt ofFile(PromptName name, PromptContent content) {
    return new ManagedPrompt(
        name, OptionalInt.empty(), content, content.versionHash(), 0, content.semantic());
  }
}
