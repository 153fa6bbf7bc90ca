package dev.tollgate.identity;

import dev.tollgate.ledger.ChainEnd;
import dev.tollgate.ledger.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keys and their events in memory. */
public final class InMemoryKeyStore implements KeyStore {
  private final Map<String, VirtualKey> bySecret = new HashMap<>();
  private final TreeMap<String, Entry> byId = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();

  @Override
  public synchronized Optional<VirtualKey> findBySecretHash(String secretHash) {
    return Optional.ofNullable(bySecret.get(secretHash));
  }

  @Override
  public synchronized Optional<Entry> findById(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  @Override
  public synchronized List<VirtualKey> list(Optional<String> before, int limit) {
    return byId.descendingMap().values().stream()
        .map(Entry::key)
        .filter(key -> before.map(id -> key.id().compareTo(id) < 0).orElse(true))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized ChainEnd end() {
    return events.isEmpty() ? ChainEnd.NONE : ChainEnd.NONE.after(events.getLast());
  }

  @Override
  public synchronized List<Event> events(long before, int limit) {
    return events.reversed().stream()
        .filter(event -> event.number() < before)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Iterable<Event> eventsUpTo(ChainEnd end) {
    return List.copyOf(events.subList(0, (int) end.length()));
  }

  @Override
  public synchronized Result commit(Event event, List<Entry> changed) {
    ChainEnd end = end();
    if (event.number() != end.length() + 1 || !event.previousHash().equals(end.hash())) {
      return new Result.Conflict();
    }
    events.add(event);
    for (Entry entry : changed) {
      bySecret.put(entry.secretHash(), entry.key());
      byId.put(entry.key().id(), entry);
    }
    return new Result.Committed();
  }
}
