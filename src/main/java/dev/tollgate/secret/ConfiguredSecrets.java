package dev.tollgate.secret;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Secrets from the environment, which is for a developer's machine, and else from the vault. What
 * the vault says is held for five minutes, so that a replaced secret is soon known and a busy
 * function does not ask for each call.
 */
@Singleton
class ConfiguredSecrets implements Secrets {
  private static final Logger LOG = Logger.getLogger(ConfiguredSecrets.class);
  private static final Duration HELD = Duration.ofMinutes(5);

  /**
   * When a secret that is refused again, or a vault that did not open, is looked at again at the
   * earliest. Both may last for hours, and calls wait for each look.
   */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private record Held(Map<String, String> secrets, Instant since) {}

  private final Map<String, String> environment;
  private final Vault vault;
  private final Optional<String> arn;
  private final Clock clock;
  private Optional<Held> held = Optional.empty();
  private Instant forgotten = Instant.MIN;

  ConfiguredSecrets(
      Vault vault,
      @ConfigProperty(name = "tollgate.secret.arn") Optional<String> arn,
      Clock clock,
      @ConfigProperty(name = "tollgate.anthropic.api-key") Optional<String> anthropic,
      @ConfigProperty(name = "tollgate.openai.api-key") Optional<String> openAi,
      @ConfigProperty(name = "tollgate.embeddings.api-key") Optional<String> embeddings,
      @ConfigProperty(name = "tollgate.cache.key") Optional<String> cache) {
    this.vault = vault;
    this.arn = arn;
    this.clock = clock;
    environment = new HashMap<>();
    anthropic.ifPresent(value -> environment.put(ANTHROPIC, value));
    openAi.ifPresent(value -> environment.put(OPENAI, value));
    embeddings.ifPresent(value -> environment.put(EMBEDDINGS, value));
    cache.ifPresent(value -> environment.put(CACHE, value));
  }

  @Override
  public Optional<String> find(String name) {
    return known(environment, name).or(() -> known(fromVault(), name));
  }

  /** A blank in one place must not hide what another has. */
  private static Optional<String> known(Map<String, String> secrets, String name) {
    return Optional.ofNullable(secrets.get(name)).filter(value -> !value.isBlank());
  }

  private synchronized Map<String, String> fromVault() {
    Instant now = clock.instant();
    if (held.isPresent() && now.isBefore(held.get().since().plus(HELD))) {
      return held.get().secrets();
    }
    try {
      held = Optional.of(new Held(arn.map(vault::open).map(Map::copyOf).orElse(Map.of()), now));
    } catch (RuntimeException e) {
      // What was right five minutes ago is better than nothing.
      LOG.warnf("the secrets could not be read: %s", e.getClass().getSimpleName());
      Map<String, String> known = held.map(Held::secrets).orElse(Map.of());
      held = Optional.of(new Held(known, now.minus(HELD).plus(PAUSE)));
    }
    return held.get().secrets();
  }

  @Override
  public synchronized void forget() {
    Instant now = clock.instant();
    if (!now.isBefore(forgotten.plus(PAUSE))) {
      forgotten = now;
      // Kept, should the vault not open.
      held = held.map(known -> new Held(known.secrets(), Instant.MIN));
    }
  }
}
