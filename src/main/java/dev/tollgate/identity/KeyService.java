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

/** Creates, rotates and revokes virtual keys. The audit log records each change. */
@Singleton
public class KeyService {
  private final KeyStore keys;
  private final Clock clock;

  public KeyService(KeyStore keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** Creates a key. */
  public IssuedKey create(Grant grant, String actor) {
    KeyDraft draft = newDraft();
    return retryOnConflict(
        end -> {
          Optional<IssuedKey> created = findPreviouslyCreated(draft);
          if (created.isPresent()) {
            return created;
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
   * Creates a key with the same grant as another one, which expires after the overlap.
   *
   * @param overlap how long both keys work; the old one may expire earlier
   */
  public RotationResult rotate(String id, Duration overlap, String actor, Optional<String> reason) {
    KeyDraft draft = newDraft();
    return retryOnConflict(
        end -> {
          Optional<IssuedKey> created = findPreviouslyCreated(draft);
          if (created.isPresent()) {
            return created.map(RotationResult.Rotated::new);
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

  /** Revokes a key for ever. It may work for a while where it is cached. */
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

  /**
   * The id and secret of a new key. All attempts use the same, so a retry finds the key of an
   * earlier one.
   */
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
    // A ULID begins with its time, so keys sort by their creation.
    String ulid = UlidCreator.getUlid(clock.millis()).toString().toLowerCase(Locale.ROOT);
    // Not a field: a generator in the heap of a native image would repeat its seed.
    return new KeyDraft("key_" + ulid, KeySecret.generate(new SecureRandom()));
  }

  /** The key that an earlier attempt created although its response was lost. */
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
    // Read before the keys: a later change of them changes the end, too.
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

  /** A new key and its secret, which is stored nowhere: show it once. */
  public record IssuedKey(VirtualKey key, KeySecret secret) {}

  /** The outcome of a rotation. */
  public sealed interface RotationResult {
    record Rotated(IssuedKey issued) implements RotationResult {}

    record UnknownKey() implements RotationResult {}

    /** The key is expired or revoked, so a rotation must not renew its grant. */
    record NotActive(Status status) implements RotationResult {}
  }

  /** The outcome of a revocation. */
  public sealed interface RevocationResult {
    /** The key is revoked, now or before. */
    record Revoked(VirtualKey key) implements RevocationResult {}

    record UnknownKey() implements RevocationResult {}
  }
}
