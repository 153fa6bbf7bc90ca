package dev.tollgate.audit;

/**
 * The end of a chain, stored with the subject of the chain. It changes with every event, so writers
 * use it as their condition: no other writer was faster.
 *
 * @param length the number of events
 * @param hash the hash of the last event
 */
public record ChainHead(long length, String hash) {
  /** The end of a chain without events. */
  public static final ChainHead NONE = new ChainHead(0, "0".repeat(64));

  /** Creates the next event. */
  public AuditEvent nextEvent(String subject, AuditEntry entry) {
    return new AuditEvent(subject, length + 1, entry, hash);
  }

  /** The end after that event. */
  public ChainHead advanceTo(AuditEvent event) {
    return new ChainHead(event.number(), event.hash());
  }
}
