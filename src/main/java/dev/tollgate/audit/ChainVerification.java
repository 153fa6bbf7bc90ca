package dev.tollgate.audit;

/** The result of a check of a chain of events. */
public sealed interface ChainVerification {
  /** Every event exists, in order and unchanged. */
  record Intact() implements ChainVerification {}

  /** The first event that is missing, was changed or does not belong there. */
  record Broken(long number) implements ChainVerification {}

  /**
   * Checks all events of a chain against each other and against its end.
   *
   * @param events all events, oldest first
   */
  static ChainVerification verify(Iterable<AuditEvent> events, ChainHead end) {
    ChainHead reached = ChainHead.NONE;
    for (AuditEvent event : events) {
      if (event.number() != reached.length() + 1) {
        return new Broken(reached.length() + 1);
      }
      if (!event.previousHash().equals(reached.hash())) {
        // This event was not written after the one before it.
        return new Broken(Math.max(1, reached.length()));
      }
      reached = reached.advanceTo(event);
    }
    if (reached.length() < end.length()) {
      return new Broken(reached.length() + 1);
    }
    return reached.equals(end) ? new Intact() : new Broken(Math.max(1, end.length()));
  }
}
