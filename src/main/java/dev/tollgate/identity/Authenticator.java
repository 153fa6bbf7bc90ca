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
 * Says who holds a secret. A verdict is held for a while, by default a minute, so that a busy
 * caller costs one read in that time and a revoked key works for no longer than that. Unknown
 * secrets are not held: a flood of them must not push out good ones.
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

  /** The caller that the secret belongs to, or nothing if no such key exists or it has ended. */
  public Optional<Caller> authenticate(KeySecret secret) {
    String hash = secret.hash();
    Instant now = clock.instant();
    CachedCaller held = cachedCallers.get(hash);
    if (held != null && now.isBefore(held.expiresAt())) {
      return Optional.of(held.caller());
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
