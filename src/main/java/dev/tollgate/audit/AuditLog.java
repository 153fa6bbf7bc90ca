package dev.tollgate.audit;

import java.util.List;

/** The events of one chain, as a store keeps them. All reads are strongly consistent. */
public interface AuditLog {
  ChainHead head();

  /** Events below {@code before}, newest first, at most {@code limit}. */
  List<AuditEvent> findNewest(long before, int limit);

  /** The events up to an end, oldest first, read as they are iterated. */
  Iterable<AuditEvent> readUpTo(ChainHead end);

  /** Reads all events and says whether they are as they were written. */
  default ChainVerification verify() {
    ChainHead end = head();
    return ChainVerification.verify(readUpTo(end), end);
  }
}
