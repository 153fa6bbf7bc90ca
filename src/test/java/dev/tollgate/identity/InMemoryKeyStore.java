package dev.tollgate.identity;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.audit.InMemoryAuditLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keys and their events in memory. */
public final class InMemoryKeyStore implements KeyStore {
  private final Map<String, VirtualKey> bySecret = new HashMap<>();
  private final TreeMap<String, Entry> byId = new TreeMap<>();
  private final InMemoryAuditLog events = new InMemoryAuditLog();

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
  public AuditLog auditLog() {
    return events;
  }

  @Override
  public synchronized CommitResult commit(AuditEvent event, List<Entry> changed) {
    if (!events.append(event)) {
      return new CommitResult.Conflict();
    }
    for (Entry entry : changed) {
      bySecret.put(entry.secretHash(), entry.key());
      byId.put(entry.key().id(), entry);
    }
    return new CommitResult.Committed();
  }
}
