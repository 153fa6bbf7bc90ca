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
 * Resolves prompts. An active version is cached for three seconds. A rollback therefore takes
 * effect almost immediately, and a busy function reads the registry rarely.
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
    CachedPrompt cached = cache.get(name);
    if (cached != null && now.isBefore(cached.expiresAt())) {
      return new PromptResult.Ok<>(cached.prompt());
    }
    PromptResult<ManagedPrompt> result = read(name, ref);
    // Only existing prompts are cached, so that invented names take no memory.
    if (result instanceof PromptResult.Ok<ManagedPrompt>(ManagedPrompt prompt)) {
      cache.put(name, new CachedPrompt(prompt, now.plus(CACHE_TTL)));
    } else {
      cache.remove(name);
    }
    return result;
  }

  private PromptResult<ManagedPrompt> read(PromptName name, VersionRef ref) {
    return switch (registry.resolve(name, ref)) {
      case PromptResult.Ok<ResolvedVersion>(ResolvedVersion(var state, var version)) ->
          new PromptResult.Ok<>(ManagedPrompt.of(state, version));
      case PromptResult.Err<ResolvedVersion>(var error) -> new PromptResult.Err<>(error);
    };
  }
}
