package dev.tollgate.audit;

import java.util.ArrayList;
import java.util.List;

/** A chain of events in memory. */
public final class InMemoryEventChain implements EventChain {
  private final List<Event> events = new ArrayList<>();

  @Override
  public synchronized ChainEnd end() {
    return events.isEmpty() ? ChainEnd.NONE : ChainEnd.NONE.after(events.getLast());
  }

  @Override
  public synchronized List<Event> newest(long before, int limit) {
    return events.reversed().stream()
        .filter(event -> event.number() < before)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Iterable<Event> upTo(ChainEnd end) {
    return List.copyOf(events.subList(0, (int) end.length()));
  }

  /** Appends an event; false if another one took its place. */
  public synchronized boolean append(Event event) {
    ChainEnd end = end();
    return event.number() == end.length() + 1
        && event.previousHash().equals(end.hash())
        && events.add(event);
  }
}
