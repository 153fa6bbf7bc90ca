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
 * Secrets from environment variables, meant for a developer's machine, or else from the source.
 * Values from the source are cached for five minutes.
 */
@Singleton
class ConfiguredSecrets implements Secrets {
  private static final Logger LOG = Logger.getLogger(ConfiguredSecrets.class);
  private static final Duration CACHE_TTL = Duration.ofMinutes(5);

  /**
   * Minimum time between reads after a rejected secret or a failed read. Both may last for hours,
   * and calls wait for each read.
   */
  private static final Duration MIN_REFRESH_INTERVAL = Duration.ofSeconds(10);

  private record CachedSecrets(Map<String, String> secrets, Instant loadedAt) {}

  private final Map<String, String> environment;
  private final SecretSource source;
  private final Optional<String> arn;
  private final Clock clock;
  private Optional<CachedSecrets> cached = Optional.empty();
  private Instant invalidatedAt = Instant.MIN;

  ConfiguredSecrets(
      SecretSource source,
      @ConfigProperty(name = "tollgate.secret.arn") Optional<String> arn,
      Clock clock,
      @ConfigProperty(name = "tollgate.anthropic.api-key") Optional<String> anthropic,
      @ConfigProperty(name = "tollgate.openai.api-key") Optional<String> openAi,
      @ConfigProperty(name = "tollgate.embeddings.api-key") Optional<String> embeddings,
      @ConfigProperty(name = "tollgate.cache.key") Optional<String> cache) {
    this.source = source;
    this.arn = arn;
    this.clock = clock;
    environment = new HashMap<>();
    anthropic.ifPresent(value -> environment.put(ANTHROPIC_API_KEY, value));
    openAi.ifPresent(value -> environment.put(OPENAI_API_KEY, value));
    embeddings.ifPresent(value -> environment.put(EMBEDDINGS_API_KEY, value));
    cache.ifPresent(value -> environment.put(CACHE_KEY, value));
  }

  @Override
  public Optional<String> find(String name) {
    return findNonBlank(environment, name).or(() -> findNonBlank(loadFromSource(), name));
  }

  /** A blank value must not hide one of the other source. */
  private static Optional<String> findNonBlank(Map<String, String> secrets, String name) {
    return Optional.ofNullable(secrets.get(name)).filter(value -> !value.isBlank());
  }

  private synchronized Map<String, String> loadFromSource() {
    Instant now = clock.instant();
    if (cached.isPresent() && now.isBefore(cached.get().loadedAt().plus(CACHE_TTL))) {
      return cached.get().secrets();
    }
    try {
      cached =
          Optional.of(
              new CachedSecrets(arn.map(source::read).map(Map::copyOf).orElse(Map.of()), now));
    } catch (RuntimeException e) {
      // An outdated secret is better than none.
      LOG.warnf(
          "Failed to read the secrets; using the last known ones: %s",
          e.getClass().getSimpleName());
      Map<String, String> known = cached.map(CachedSecrets::secrets).orElse(Map.of());
      cached =
          Optional.of(new CachedSecrets(known, now.minus(CACHE_TTL).plus(MIN_REFRESH_INTERVAL)));
    }
    return cached.get().secrets();
  }

  @Override
  public synchronized void invalidate() {
    Instant now = clock.instant();
    if (!now.isBefore(invalidatedAt.plus(MIN_REFRESH_INTERVAL))) {
      invalidatedAt = now;
      // The values stay, in case the source is unavailable.
      cached = cached.map(known -> new CachedSecrets(known.secrets(), Instant.MIN));
    }
  }
}
