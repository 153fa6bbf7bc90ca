package dev.tollgate.invocation;

import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.ResolvedVersion;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.VersionRef;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The prompts that calls use. A version in production is held for three seconds: short enough for a
 * rollback to take effect at once, long enough to spare a busy function its reads.
 */
@Singleton
class PromptResolver {
  private static final Duration CACHE_TTL = Duration.ofSeconds(3);

  private record CachedPrompt(ManagedPrompt prompt, Instant expiresAt) {}

  private final PromptRegistry registry;
  private final PromptFiles files;
  private final Clock clock;
  private final Map<PromptName, CachedPrompt> cache = new ConcurrentHashMap<>();

  PromptResolver(PromptRegistry registry, PromptFiles files, Clock clock) {
    this.registry = registry;
    this.files = files;
    this.clock = clock;
  }

  PromptResult<ManagedPrompt> resolve(PromptName name, VersionRef ref) {
    if (!(ref instanceof VersionRef.Production)) {
      return read(name, ref);
    }
    Optional<ManagedPrompt> file =
        files.find(name).map(content -> ManagedPrompt.ofFile(name, content));
    if (file.isPresent()) {
      return new PromptResult.Ok<>(file.get());
    }
    Instant now = clock.instant();
    CachedPrompt known = cache.get(name);
    if (known != null && now.isBefore(known.expiresAt())) {
      return new PromptResult.Ok<>(known.prompt());
    }
    PromptResult<ManagedPrompt> found = read(name, ref);
    // Only what exists is held, so that names made up by callers take no memory.
    if (found instanceof PromptResult.Ok<ManagedPrompt>(ManagedPrompt prompt)) {
      cache.put(name, new CachedPrompt(prompt, now.plus(CACHE_TTL)));
    } else {
      cache.remove(name);
    }
    return found;
  }

  private PromptResult<ManagedPrompt> read(PromptName name, VersionRef ref) {
    return switch (registry.resolve(name, ref)) {
      case PromptResult.Ok<ResolvedVersion>(ResolvedVersion(var state, var version)) ->
          new PromptResult.Ok<>(ManagedPrompt.of(state, version));
      case PromptResult.Err<ResolvedVersion>(var refusal) -> new PromptResult.Err<>(refusal);
    };
  }
}
