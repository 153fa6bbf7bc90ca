package dev.tollgate.audit;

/**
 * The end of a chain, kept beside what the chain tells of. It changes with every event, so it is
 * also what a writer compares before it sets: nobody else wrote since it was read.
 *
 * @param length how many events there are
 * @param hash of the last one
 */
public record ChainHead(long length, String hash) {
  /** The end of a chain without events. */
  public static final ChainHead NONE = new ChainHead(0, "0".repeat(64));

  /** The event that comes next. */
  public AuditEvent nextEvent(String subject, AuditEntry entry) {
    return new AuditEvent(subject, length + 1, entry, hash);
  }

  /** The end once that event has come. */
  public ChainHead advanceTo(AuditEvent event) {
    return new ChainHead(event.number(), event.hash());
  }
}
