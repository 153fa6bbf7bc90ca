package dev.tollgate.invocation;

import dev.tollgate.prompt.Outcome;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.Found;
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
class Prompts {
  private static final Duration HELD = Duration.ofSeconds(3);

  private record Held(ManagedPrompt prompt, Instant until) {}

  private final PromptRegistry registry;
  private final PromptFiles files;
  private final Clock clock;
  private final Map<PromptName, Held> held = new ConcurrentHashMap<>();

  Prompts(PromptRegistry registry, PromptFiles files, Clock clock) {
    this.registry = registry;
    this.files = files;
    this.clock = clock;
  }

  Outcome<ManagedPrompt> find(PromptName name, VersionRef ref) {
    if (!(ref instanceof VersionRef.Production)) {
      return read(name, ref);
    }
    Optional<ManagedPrompt> file =
        files.find(name).map(content -> ManagedPrompt.ofFile(name, content));
    if (file.isPresent()) {
      return new Outcome.Done<>(file.get());
    }
    Instant now = clock.instant();
    Held known = held.get(name);
    if (known != null && now.isBefore(known.until())) {
      return new Outcome.Done<>(known.prompt());
    }
    Outcome<ManagedPrompt> found = read(name, ref);
    // Only what exists is held, so that names made up by callers take no memory.
    if (found instanceof Outcome.Done<ManagedPrompt>(ManagedPrompt prompt)) {
      held.put(name, new Held(prompt, now.plus(HELD)));
    } else {
      held.remove(name);
    }
    return found;
  }

  private Outcome<ManagedPrompt> read(PromptName name, VersionRef ref) {
    return switch (registry.find(name, ref)) {
      case Outcome.Done<Found>(Found(var head, var version)) ->
          new Outcome.Done<>(ManagedPrompt.of(head, version));
      case Outcome.Refused<Found>(var refusal) -> new Outcome.Refused<>(refusal);
    };
  }
}
