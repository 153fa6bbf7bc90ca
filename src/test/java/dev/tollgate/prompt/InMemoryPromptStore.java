package dev.tollgate.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Versions and heads in memory. */
public final class InMemoryPromptStore implements PromptStore {
  private static final class Entry {
    private final List<PromptVersion> versions = new ArrayList<>();
    private OptionalInt active = OptionalInt.empty();
    private long revision;
  }

  private final TreeMap<String, Entry> prompts = new TreeMap<>();

  @Override
  public synchronized Optional<PromptHead> findHead(PromptName name) {
    return Optional.ofNullable(prompts.get(name.value()))
        .map(entry -> new PromptHead(name, entry.versions.size(), entry.active, entry.revision));
  }

  @Override
  public synchronized Optional<PromptVersion> find(PromptName name, int number) {
    return Optional.ofNullable(prompts.get(name.value()))
        .filter(entry -> number >= 1 && number <= entry.versions.size())
        .map(entry -> entry.versions.get(number - 1));
  }

  @Override
  public synchronized List<VersionSummary> history(PromptName name, int before, int limit) {
    return Optional.ofNullable(prompts.get(name.value())).stream()
        .flatMap(entry -> entry.versions.reversed().stream())
        .filter(version -> version.number() < before)
        .limit(limit)
        .map(VersionSummary::of)
        .toList();
  }

  @Override
  public synchronized List<PromptName> names() {
    return prompts.keySet().stream().map(PromptName::new).toList();
  }

  @Override
  public synchronized AppendResult append(PromptVersion version) {
    Entry entry = prompts.get(version.name().value());
    int latest = entry == null ? 0 : entry.versions.size();
    if (version.number() != latest + 1) {
      return new AppendResult.Conflict();
    }
    prompts.computeIfAbsent(version.name().value(), _ -> new Entry()).versions.add(version);
    return new AppendResult.Appended();
  }

  @Override
  public synchronized MoveResult move(
      PromptName name, long expectedRevision, Activation activation) {
    Entry entry = prompts.get(name.value());
    if (entry == null
        || entry.revision != expectedRevision
        || activation.version() > entry.versions.size()) {
      return new MoveResult.Conflict();
    }
    entry.active = OptionalInt.of(activation.version());
    entry.revision++;
    return new MoveResult.Moved(entry.revision);
  }
}
