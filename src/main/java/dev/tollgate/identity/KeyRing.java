package dev.tollgate.identity;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.tollgate.audit.Act;
import dev.tollgate.audit.ChainEnd;
import dev.tollgate.audit.Contention;
import dev.tollgate.audit.EventType;
import dev.tollgate.identity.VirtualKey.Grant;
import dev.tollgate.identity.VirtualKey.Status;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Gives out virtual keys, replaces them and takes them back; each time, an event tells of it. */
@Singleton
public class KeyRing {
  private final KeyStore keys;
  private final Clock clock;

  public KeyRing(KeyStore keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** Makes a key. */
  public Issued create(Grant grant, String actor) {
    Blank blank = blank();
    return settle(
        end -> {
          Optional<Issued> made = made(blank);
          if (made.isPresent()) {
            return made;
          }
          Instant now = now();
          VirtualKey key = blank.cut(grant, now, actor, Optional.empty());
          Act act =
              Act.of(EventType.CREATE_KEY, actor, now)
                  .about(key.id())
                  .moving(Optional.empty(), summary(grant));
          return commit(end, act, List.of(blank.entry(key)), new Issued(key, blank.secret()));
        });
  }

  /**
   * Makes a key for the same purpose as another one, which ends after the overlap.
   *
   * @param overlap how long both keys work; the old one may end before by itself
   */
  public Rotation rotate(String id, Duration overlap, String actor, Optional<String> reason) {
    Blank blank = blank();
    return settle(
        end -> {
          Optional<Issued> made = made(blank);
          if (made.isPresent()) {
            return made.map(Rotation.Rotated::new);
          }
          Optional<KeyStore.Entry> found = keys.findById(id);
          if (found.isEmpty()) {
            return Optional.of(new Rotation.UnknownKey());
          }
          VirtualKey old = found.get().key();
          Instant now = now();
          if (old.status(now) != Status.ACTIVE) {
            return Optional.of(new Rotation.Ended(old.status(now)));
          }
          VirtualKey key = blank.cut(old.grant(), now, actor, Optional.of(old));
          KeyStore.Entry retired =
              new KeyStore.Entry(found.get().secretHash(), old.retired(now.plus(overlap)));
          Act act =
              Act.of(EventType.ROTATE_KEY, actor, now)
                  .about(id)
                  .moving(Optional.of(id), key.id())
                  .because(reason);
          return commit(
              end,
              act,
              List.of(blank.entry(key), retired),
              new Rotation.Rotated(new Issued(key, blank.secret())));
        });
  }

  /** Takes a key back for ever. It may work for a while yet where a verdict on it is held. */
  public Revocation revoke(String id, String actor, Optional<String> reason) {
    return settle(
        end -> {
          Optional<KeyStore.Entry> found = keys.findById(id);
          if (found.isEmpty()) {
            return Optional.of(new Revocation.UnknownKey());
          }
          VirtualKey key = found.get().key();
          Instant now = now();
          Status before = key.status(now);
          if (before == Status.REVOKED) {
            return Optional.of(new Revocation.Revoked(key));
          }
          VirtualKey revoked = key.revoked(now);
          Act act =
              Act.of(EventType.REVOKE_KEY, actor, now)
                  .about(id)
                  .moving(Optional.of(before.id()), Status.REVOKED.id())
                  .because(reason);
          return commit(
              end,
              act,
              List.of(new KeyStore.Entry(found.get().secretHash(), revoked)),
              new Revocation.Revoked(revoked));
        });
  }

  /** What will become a key: the same in every try, so that a later one knows an earlier one. */
  private record Blank(String id, Secret secret) {
    VirtualKey cut(Grant grant, Instant now, String actor, Optional<VirtualKey> old) {
      return new VirtualKey(
          id,
          grant,
          now,
          actor,
          Optional.empty(),
          Optional.empty(),
          old.map(VirtualKey::id),
          old.map(VirtualKey::person).orElse(id));
    }

    KeyStore.Entry entry(VirtualKey key) {
      return new KeyStore.Entry(secret.hash(), key);
    }
  }

  private Blank blank() {
    // A ULID begins with its time, so that keys sort in the order of their making.
    String ulid = UlidCreator.getUlid(clock.millis()).toString().toLowerCase(Locale.ROOT);
    // Made here and not in a field: a generator in a native image's heap would repeat its seed.
    return new Blank("key_" + ulid, Secret.random(new SecureRandom()));
  }

  /** The key that an earlier try made although its answer was lost. */
  private Optional<Issued> made(Blank blank) {
    return keys.findById(blank.id()).map(entry -> new Issued(entry.key(), blank.secret()));
  }

  private static String summary(Grant grant) {
    return grant.roles().stream()
        .map(Role::id)
        .sorted()
        .collect(Collectors.joining(",", grant.team() + ": ", ""));
  }

  private <T> T settle(Function<ChainEnd, Optional<T>> attempt) {
    // Read before the keys: a change to them after that changes the end, too.
    return Contention.settle(KeyStore.SUBJECT, () -> attempt.apply(keys.events().end()));
  }

  private <T> Optional<T> commit(ChainEnd end, Act act, List<KeyStore.Entry> changed, T outcome) {
    return switch (keys.commit(end.next(KeyStore.SUBJECT, act), changed)) {
      case KeyStore.Result.Committed() -> Optional.of(outcome);
      case KeyStore.Result.Conflict() -> Optional.empty();
    };
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** A new key and its secret, to be shown once: it is in here and nowhere else. */
  public record Issued(VirtualKey key, Secret secret) {}

  /** What came of rotating a key. */
  public sealed interface Rotation {
    record Rotated(Issued issued) implements Rotation {}

    record UnknownKey() implements Rotation {}

    /** The key is expired or revoked, and what it was for must not come back by itself. */
    record Ended(Status status) implements Rotation {}
  }

  /** What came of revoking a key. */
  public sealed interface Revocation {
    /** The key is revoked, now or since earlier. */
    record Revoked(VirtualKey key) implements Revocation {}

    record UnknownKey() implements Revocation {}
  }
}
