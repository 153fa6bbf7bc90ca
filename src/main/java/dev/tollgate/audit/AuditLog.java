package dev.tollgate.audit;

import java.util.List;

/** The stored events of one chain. All reads are strongly consistent. */
public interface AuditLog {
  ChainHead head();

  /** Events below {@code before}, newest first, at most {@code limit}. */
  List<AuditEvent> findNewest(long before, int limit);

  /** The events up to an end, oldest first, read during the iteration. */
  Iterable<AuditEvent> readUpTo(ChainHead end);

  /** Reads all events and checks that no one changed them. */
  default ChainVerification verify() {
    ChainHead end = head();
    return ChainVerification.verify(readUpTo(end), end);
  }
}
