package dev.tollgate.invocation;

import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.Active;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The versions in production, each held for three seconds: short enough for a rollback to take
 * effect at once, long enough to spare a busy function its reads.
 */
@Singleton
class ProductionPrompts {
  private static final Duration HELD = Duration.ofSeconds(3);

  private record Held(Active.Found active, Instant until) {}

  private final PromptRegistry registry;
  private final Clock clock;
  private final Map<PromptName, Held> held = new ConcurrentHashMap<>();

  ProductionPrompts(PromptRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  Active find(PromptName name) {
    Instant now = clock.instant();
    Held known = held.get(name);
    if (known != null && now.isBefore(known.until())) {
      return known.active();
    }
    Active active = registry.active(name);
    // Only what exists is held, so that names made up by callers take no memory.
    if (active instanceof Active.Found found) {
      held.put(name, new Held(found, now.plus(HELD)));
    } else {
      held.remove(name);
    }
    return active;
  }
}
