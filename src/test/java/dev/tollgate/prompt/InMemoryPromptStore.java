package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.ChainHead;
import dev.tollgate.audit.ChainVerification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Prompts in memory. */
public final class InMemoryPromptStore implements PromptStore {
  private static final class Entry {
    private final List<PromptVersion> versions = new ArrayList<>();
    private final List<AuditEvent> events = new ArrayList<>();
    private final TreeMap<String, LabelPointer> labels = new TreeMap<>();
    private final Map<String, Suite> suites = new HashMap<>();
    private PromptState head;

    private Entry(PromptName name) {
      head = PromptState.initial(name);
    }
  }

  private final TreeMap<String, Entry> prompts = new TreeMap<>();
  private final Map<String, GateVerdict> verdicts = new HashMap<>();

  private Optional<Entry> entry(PromptName name) {
    return Optional.ofNullable(prompts.get(name.value()));
  }

  @Override
  public synchronized Optional<PromptState> findState(PromptName name) {
    return entry(name).map(entry -> entry.head);
  }

  @Override
  public synchronized List<PromptState> listStates(Optional<PromptName> after, int limit) {
    return prompts.tailMap(after.map(PromptName::value).orElse(""), false).values().stream()
        .limit(limit)
        .map(entry -> entry.head)
        .toList();
  }

  @Override
  public synchronized Optional<PromptVersion> findVersion(PromptName name, int number) {
    return entry(name)
        .filter(entry -> number >= 1 && number <= entry.versions.size())
        .map(entry -> entry.versions.get(number - 1));
  }

  @Override
  public synchronized OptionalInt findVersionByContent(PromptName name, String versionHash) {
    return entry(name).stream()
        .flatMap(entry -> entry.versions.reversed().stream())
        .filter(version -> version.content().versionHash().equals(versionHash))
        .mapToInt(PromptVersion::number)
        .findFirst();
  }

  @Override
  public synchronized List<VersionSummary> listVersions(PromptName name, int before, int limit) {
    return entry(name).stream()
        .flatMap(entry -> entry.versions.reversed().stream())
        .filter(version -> version.number() < before)
        .limit(limit)
        .map(VersionSummary::of)
        .toList();
  }

  @Override
  public synchronized List<LabelPointer> listLabels(PromptName name) {
    return entry(name).map(entry -> List.copyOf(entry.labels.values())).orElse(List.of());
  }

  @Override
  public synchronized Optional<LabelPointer> findLabel(PromptName name, Label label) {
    return entry(name).map(entry -> entry.labels.get(label.value()));
  }

  @Override
  public synchronized Optional<Suite> findSuite(PromptName name, String hash) {
    return entry(name).map(entry -> entry.suites.get(hash));
  }

  @Override
  public synchronized Optional<GateVerdict> findVerdict(
      PromptName name, String versionHash, String suiteHash) {
    return Optional.ofNullable(verdicts.get(key(name, versionHash, suiteHash)));
  }

  @Override
  public synchronized boolean recordVerdict(PromptName name, GateVerdict verdict, Instant began) {
    String key = key(name, verdict.versionHash(), verdict.suiteHash());
    GateVerdict known = verdicts.get(key);
    if (verdict.passed() && known != null && !known.passed() && known.time().isAfter(began)) {
      return false;
    }
    verdicts.put(key, verdict);
    return true;
  }

  @Override
  public synchronized List<AuditEvent> listEvents(PromptName name, long before, int limit) {
    return entry(name).stream()
        .flatMap(entry -> entry.events.reversed().stream())
        .filter(event -> event.number() < before)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized ChainVerification verifyChain(PromptState state) {
    return ChainVerification.verify(
        entry(state.name()).map(entry -> List.copyOf(entry.events)).orElse(List.of()),
        state.chainEnd());
  }

  @Override
  public synchronized Commit commit(PromptChange change) {
    PromptName name = change.newState().name();
    ChainHead end = entry(name).map(entry -> entry.head.chainEnd()).orElse(ChainHead.NONE);
    if (!end.equals(change.expectedEnd())
        || !change.gate().map(gate -> isOpen(name, gate)).orElse(true)) {
      return new Commit.Conflict();
    }
    Entry entry = prompts.computeIfAbsent(name.value(), _ -> new Entry(name));
    entry.head = change.newState();
    entry.events.add(change.event());
    change.version().ifPresent(entry.versions::add);
    change.suite().ifPresent(suite -> entry.suites.put(suite.hash(), suite));
    change
        .label()
        .ifPresent(
            label ->
                label
                    .pointer()
                    .ifPresentOrElse(
                        pointer -> entry.labels.put(label.label().value(), pointer),
                        () -> entry.labels.remove(label.label().value())));
    return new Commit.Committed();
  }

  private boolean isOpen(PromptName name, PromptChange.GateCondition gate) {
    return findVerdict(name, gate.versionHash(), gate.suiteHash())
        .filter(GateVerdict::passed)
        .map(GateVerdict::time)
        .filter(time -> !time.isBefore(gate.notBefore()))
        .isPresent();
  }

  private static String key(PromptName name, String versionHash, String suiteHash) {
    return name + "#" + versionHash + "#" + suiteHash;
  }
}
