package dev.tollgate.identity;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Finds the caller of a secret. A result is cached, by default for a minute: a busy caller costs
 * one read in that time, and a revoked key works no longer than that. Unknown secrets are not
 * cached, since a flood of them would evict valid ones.
 */
@Singleton
public class Authenticator {
  private static final int MAX_CACHED_CALLERS = 10_000;

  private record CachedCaller(Caller caller, Instant expiresAt) {}

  private final KeyStore keys;
  private final Clock clock;
  private final Duration cacheTtl;
  private final Map<String, CachedCaller> cachedCallers = new ConcurrentHashMap<>();

  public Authenticator(
      KeyStore keys,
      Clock clock,
      @ConfigProperty(name = "tollgate.keys.held", defaultValue = "60s") Duration cacheTtl) {
    this.keys = keys;
    this.clock = clock;
    this.cacheTtl = cacheTtl;
  }

  /**
   * The caller that the secret belongs to, or nothing if the key does not exist or is not active.
   */
  public Optional<Caller> authenticate(KeySecret secret) {
    String hash = secret.hash();
    Instant now = clock.instant();
    CachedCaller known = cachedCallers.get(hash);
    if (known != null && now.isBefore(known.expiresAt())) {
      return Optional.of(known.caller());
    }
    cachedCallers.remove(hash);
    Optional<VirtualKey> active =
        keys.findBySecretHash(hash).filter(key -> key.status(now) == VirtualKey.Status.ACTIVE);
    active.ifPresent(key -> cacheCaller(hash, key, now));
    return active.map(VirtualKey::toCaller);
  }

  private void cacheCaller(String hash, VirtualKey key, Instant now) {
    if (cachedCallers.size() >= MAX_CACHED_CALLERS) {
      cachedCallers.clear();
    }
    Instant last = now.plus(cacheTtl);
    Instant until = key.endsAt().filter(end -> end.isBefore(last)).orElse(last);
    cachedCallers.put(hash, new CachedCaller(key.toCaller(), until));
  }
}
