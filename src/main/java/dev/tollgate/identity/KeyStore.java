package dev.tollgate.identity;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import java.util.List;
import java.util.Optional;

/** Stores virtual keys and their audit log. All reads are strongly consistent. */
public interface KeyStore {
  /** The subject in the hashes of the events. */
  String AUDIT_SUBJECT = "keys";

  /** A key and the hash of its secret, which finds the caller. */
  record Entry(String secretHash, VirtualKey key) {}

  Optional<VirtualKey> findBySecretHash(String secretHash);

  Optional<Entry> findById(String id);

  /**
   * Keys by their creation, newest first.
   *
   * @param before the id of the key after which the list begins; absent to begin with the newest
   */
  List<VirtualKey> list(Optional<String> before, int limit);

  AuditLog auditLog();

  /**
   * Stores changed keys, their event and the new end of the chain: all or nothing, and only if no
   * other event was written since.
   */
  CommitResult commit(AuditEvent event, List<Entry> changed);

  sealed interface CommitResult {
    record Committed() implements CommitResult {}

    /** Another event was, or the store was too busy to tell; read again before a retry. */
    record Conflict() implements CommitResult {}
  }
}
