package dev.tollgate.identity;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says who holds a secret. A verdict is held for a minute at most, so that a busy caller costs one
 * read a minute and a revoked key works for no longer than that. Unknown secrets are not held: a
 * flood of them must not push out good ones.
 */
@Singleton
public class Authenticator {
  private static final Duration HELD = Duration.ofSeconds(60);
  private static final int MOST_HELD = 10_000;

  private record Verdict(Caller caller, Instant until) {}

  private final KeyStore keys;
  private final Clock clock;
  private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();

  public Authenticator(KeyStore keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
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
    Instant longest = now.plus(HELD);
    Instant until = key.ends().filter(end -> end.isBefore(longest)).orElse(longest);
    verdicts.put(hash, new Verdict(key.caller(), until));
  }
}
