package dev.tollgate.audit;

/** Whether a chain of events is as it was written. */
public sealed interface ChainVerification {
  /** Every event is there, in order and unchanged. */
  record Intact() implements ChainVerification {}

  /** The first event that is missing, was changed or does not belong there. */
  record Broken(long number) implements ChainVerification {}

  /**
   * Checks all events of a chain against each other and against its end.
   *
   * @param events all of them, oldest first
   */
  static ChainVerification verify(Iterable<AuditEvent> events, ChainHead end) {
    ChainHead reached = ChainHead.NONE;
    for (AuditEvent event : events) {
      if (event.number() != reached.length() + 1) {
        return new Broken(reached.length() + 1);
      }
      if (!event.previousHash().equals(reached.hash())) {
        // The event before is not the one that this one was written after.
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
