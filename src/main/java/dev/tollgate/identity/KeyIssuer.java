package dev.tollgate.identity;

import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/** Gives out virtual keys. */
@Singleton
public class KeyIssuer {
  private static final int ID_LENGTH = 12;

  private final KeyStore keys;
  private final Clock clock;

  public KeyIssuer(KeyStore keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** Makes and stores a key. The secret is in the answer and nowhere else. */
  public Issued issue(String team, Set<Role> roles) {
    // Made here and not in a field: a generator in a native image's heap would repeat its seed.
    Secret secret = Secret.random(new SecureRandom());
    String hash = secret.hash();
    VirtualKey key =
        new VirtualKey(
            "key_" + hash.substring(0, ID_LENGTH),
            team,
            roles,
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    keys.add(hash, key);
    return new Issued(key, secret);
  }

  /** A new key and its secret, to be shown once. */
  public record Issued(VirtualKey key, Secret secret) {}
}
