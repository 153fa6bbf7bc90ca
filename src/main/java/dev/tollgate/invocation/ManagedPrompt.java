package dev.tollgate.invocation;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.SemanticCaching;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A prompt as a call uses it.
 *
 * @param version its number; absent if the content is a file's, on a developer's machine
 * @param versionHash of the content
 * @param cacheEpoch counts the purges of its cached answers
 * @param semantic how answers to similar questions may be served, if the content asks for it and
 *     nobody has switched it off
 */
public record ManagedPrompt(
    PromptName name,
    OptionalInt version,
    PromptContent content,
    String versionHash,
    long cacheEpoch,
    Optional<SemanticCaching> semantic) {

  /** The part of it that is in the key of an answer. */
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
