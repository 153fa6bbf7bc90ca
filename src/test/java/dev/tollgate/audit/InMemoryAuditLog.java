package dev.tollgate.audit;

import java.util.ArrayList;
import java.util.List;

/** A chain of events in memory. */
public final class InMemoryAuditLog implements AuditLog {
  private final List<AuditEvent> events = new ArrayList<>();

  @Override
  public synchronized ChainHead head() {
    return events.isEmpty() ? ChainHead.NONE : ChainHead.NONE.advanceTo(events.getLast());
  }

  @Override
  public synchronized List<AuditEvent> findNewest(long before, int limit) {
    return events.reversed().stream()
        .filter(event -> event.number() < before)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Iterable<AuditEvent> readUpTo(ChainHead end) {
    return List.copyOf(events.subList(0, (int) end.length()));
  }

  /** Appends an event; returns false if its number is taken. */
  public synchronized boolean append(AuditEvent event) {
    ChainHead end = head();
    return event.number() == end.length() + 1
        && event.previousHash().equals(end.hash())
        && events.add(event);
  }
}
