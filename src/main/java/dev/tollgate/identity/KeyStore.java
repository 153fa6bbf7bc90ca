package dev.tollgate.identity;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import java.util.List;
import java.util.Optional;

/**
 * Keeps virtual keys and the chain of events that tells of them. All reads are strongly consistent.
 */
public interface KeyStore {
  /** What the events' hashes name as their subject. */
  String AUDIT_SUBJECT = "keys";

  /** A key and the hash of its secret, by which callers are found. */
  record Entry(String secretHash, VirtualKey key) {}

  Optional<VirtualKey> findBySecretHash(String secretHash);

  Optional<Entry> findById(String id);

  /**
   * Keys in the order of their making, newest first.
   *
   * @param before the id of the key after which the list begins; if absent, it begins at the newest
   */
  List<VirtualKey> list(Optional<String> before, int limit);

  AuditLog auditLog();

  /**
   * Stores keys as an event left them, the event, and the new end of the chain: all or nothing, and
   * only if no other event came in between.
   */
  CommitResult commit(AuditEvent event, List<Entry> changed);

  sealed interface CommitResult {
    record Committed() implements CommitResult {}

    /** Another event took the number, or the store was too busy to tell: look again. */
    record Conflict() implements CommitResult {}
  }
}
