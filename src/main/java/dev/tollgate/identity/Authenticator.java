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
  private static final int MOST_HELD = 10_000;

  private record Verdict(Caller caller, Instant until) {}

  private final KeyStore keys;
  private final Clock clock;
  private final Duration longest;
  private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();

  public Authenticator(
      KeyStore keys,
      Clock clock,
      @ConfigProperty(name = "tollgate.keys.held", defaultValue = "60s") Duration longest) {
    this.keys = keys;
    this.clock = clock;
    this.longest = longest;
  }

  /** The caller that the secret belongs to, or nothing if no such key exists or it has ended. */
  public Optional<Caller> authenticate(Secret secret) {
    String hash = secret.hash();
    Instant now = clock.instant();
    Verdict held = verdicts.get(hash);
    if (held != null && now.isBefore(held.until())) {
      return Optional.of(held.caller());
    }
    verdicts.remove(hash);
    Optional<VirtualKey> active =
        keys.findBySecretHash(hash).filter(key -> key.status(now) == VirtualKey.Status.ACTIVE);
    active.ifPresent(key -> hold(hash, key, now));
    return active.map(VirtualKey::caller);
  }

  private void hold(String hash, VirtualKey key, Instant now) {
    if (verdicts.size() >= MOST_HELD) {
      verdicts.clear();
    }
    Instant last = now.plus(longest);
    Instant until = key.ends().filter(end -> end.isBefore(last)).orElse(last);
    verdicts.put(hash, new Verdict(key.caller(), until));
  }
}
