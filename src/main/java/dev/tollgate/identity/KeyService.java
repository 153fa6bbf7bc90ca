package dev.tollgate.identity;

import com.github.f4b6a3.ulid.UlidCreator;
import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.audit.ChainHead;
import dev.tollgate.audit.OptimisticRetry;
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
public class KeyService {
  private final KeyStore keys;
  private final Clock clock;

  public KeyService(KeyStore keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** Makes a key. */
  public IssuedKey create(Grant grant, String actor) {
    KeyDraft draft = newDraft();
    return retryOnConflict(
        end -> {
          Optional<IssuedKey> made = findPreviouslyCreated(draft);
          if (made.isPresent()) {
            return made;
          }
          Instant now = now();
          VirtualKey key = draft.issue(grant, now, actor, Optional.empty());
          AuditEntry entry =
              AuditEntry.of(AuditEventType.CREATE_KEY, actor, now)
                  .target(key.id())
                  .change(Optional.empty(), summarize(grant));
          return commit(
              end, entry, List.of(draft.toEntry(key)), new IssuedKey(key, draft.secret()));
        });
  }

  /**
   * Makes a key for the same purpose as another one, which ends after the overlap.
   *
   * @param overlap how long both keys work; the old one may end before by itself
   */
  public RotationResult rotate(String id, Duration overlap, String actor, Optional<String> reason) {
    KeyDraft draft = newDraft();
    return retryOnConflict(
        end -> {
          Optional<IssuedKey> made = findPreviouslyCreated(draft);
          if (made.isPresent()) {
            return made.map(RotationResult.Rotated::new);
          }
          Optional<KeyStore.Entry> found = keys.findById(id);
          if (found.isEmpty()) {
            return Optional.of(new RotationResult.UnknownKey());
          }
          VirtualKey old = found.get().key();
          Instant now = now();
          if (old.status(now) != Status.ACTIVE) {
            return Optional.of(new RotationResult.NotActive(old.status(now)));
          }
          VirtualKey key = draft.issue(old.grant(), now, actor, Optional.of(old));
          KeyStore.Entry retired =
              new KeyStore.Entry(found.get().secretHash(), old.withRetiresAt(now.plus(overlap)));
          AuditEntry entry =
              AuditEntry.of(AuditEventType.ROTATE_KEY, actor, now)
                  .target(id)
                  .change(Optional.of(id), key.id())
                  .reason(reason);
          return commit(
              end,
              entry,
              List.of(draft.toEntry(key), retired),
              new RotationResult.Rotated(new IssuedKey(key, draft.secret())));
        });
  }

  /** Takes a key back for ever. It may work for a while yet where a verdict on it is held. */
  public RevocationResult revoke(String id, String actor, Optional<String> reason) {
    return retryOnConflict(
        end -> {
          Optional<KeyStore.Entry> found = keys.findById(id);
          if (found.isEmpty()) {
            return Optional.of(new RevocationResult.UnknownKey());
          }
          VirtualKey key = found.get().key();
          Instant now = now();
          Status before = key.status(now);
          if (before == Status.REVOKED) {
            return Optional.of(new RevocationResult.Revoked(key));
          }
          VirtualKey revoked = key.withRevokedAt(now);
          AuditEntry entry =
              AuditEntry.of(AuditEventType.REVOKE_KEY, actor, now)
                  .target(id)
                  .change(Optional.of(before.id()), Status.REVOKED.id())
                  .reason(reason);
          return commit(
              end,
              entry,
              List.of(new KeyStore.Entry(found.get().secretHash(), revoked)),
              new RevocationResult.Revoked(revoked));
        });
  }

  /** What will become a key: the same in every try, so that a later one knows an earlier one. */
  private record KeyDraft(String id, KeySecret secret) {
    VirtualKey issue(Grant grant, Instant now, String actor, Optional<VirtualKey> old) {
      return new VirtualKey(
          id,
          grant,
          now,
          actor,
          Optional.empty(),
          Optional.empty(),
          old.map(VirtualKey::id),
          old.map(VirtualKey::principalId).orElse(id));
    }

    KeyStore.Entry toEntry(VirtualKey key) {
      return new KeyStore.Entry(secret.hash(), key);
    }
  }

  private KeyDraft newDraft() {
    // A ULID begins with its time, so that keys sort in the order of their making.
    String ulid = UlidCreator.getUlid(clock.millis()).toString().toLowerCase(Locale.ROOT);
    // Made here and not in a field: a generator in a native image's heap would repeat its seed.
    return new KeyDraft("key_" + ulid, KeySecret.generate(new SecureRandom()));
  }

  /** The key that an earlier try made although its answer was lost. */
  private Optional<IssuedKey> findPreviouslyCreated(KeyDraft draft) {
    return keys.findById(draft.id()).map(entry -> new IssuedKey(entry.key(), draft.secret()));
  }

  private static String summarize(Grant grant) {
    return grant.roles().stream()
        .map(Role::id)
        .sorted()
        .collect(Collectors.joining(",", grant.team() + ": ", ""));
  }

  private <T> T retryOnConflict(Function<ChainHead, Optional<T>> attempt) {
    // Read before the keys: a change to them after that changes the end, too.
    return OptimisticRetry.execute(
        KeyStore.AUDIT_SUBJECT, () -> attempt.apply(keys.auditLog().head()));
  }

  private <T> Optional<T> commit(
      ChainHead end, AuditEntry entry, List<KeyStore.Entry> changed, T outcome) {
    return switch (keys.commit(end.nextEvent(KeyStore.AUDIT_SUBJECT, entry), changed)) {
      case KeyStore.CommitResult.Committed() -> Optional.of(outcome);
      case KeyStore.CommitResult.Conflict() -> Optional.empty();
    };
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** A new key and its secret, to be shown once: it is in here and nowhere else. */
  public record IssuedKey(VirtualKey key, KeySecret secret) {}

  /** What came of rotating a key. */
  public sealed interface RotationResult {
    record Rotated(IssuedKey issued) implements RotationResult {}

    record UnknownKey() implements RotationResult {}

    /** The key is expired or revoked, and what it was for must not come back by itself. */
    record NotActive(Status status) implements RotationResult {}
  }

  /** What came of revoking a key. */
  public sealed interface RevocationResult {
    /** The key is revoked, now or since earlier. */
    record Revoked(VirtualKey key) implements RevocationResult {}

    record UnknownKey() implements RevocationResult {}
  }
}
