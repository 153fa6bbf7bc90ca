package dev.tollgate.evaluation;

import dev.tollgate.prompt.PromptName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Stores runs in memory. */
class InMemoryRunStore implements RunStore {
  private record Claim(String token, Instant until, Optional<Attempt> result) {}

  private final TreeMap<String, TestRun> runs = new TreeMap<>();
  private final Map<String, TreeMap<String, Claim>> attempts = new HashMap<>();

  @Override
  public synchronized boolean create(TestRun run) {
    return runs.putIfAbsent(key(run.prompt(), run.id()), run) == null;
  }

  @Override
  public synchronized Optional<TestRun> find(PromptName prompt, RunId id) {
    return Optional.ofNullable(runs.get(key(prompt, id)));
  }

  @Override
  public synchronized List<TestRun> listNewest(
      PromptName prompt, Optional<RunId> before, int limit) {
    return runs.values().stream()
        .filter(run -> run.prompt().equals(prompt))
        .filter(run -> before.map(id -> run.id().value().compareTo(id.value()) < 0).orElse(true))
        .sorted(Comparator.comparing((TestRun run) -> run.id().value()).reversed())
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized boolean finish(TestRun run, TestRun.State.Finished end) {
    TestRun stored = runs.get(key(run.prompt(), run.id()));
    if (stored == null || !stored.isRunning()) {
      return false;
    }
    runs.put(key(run.prompt(), run.id()), run.withState(end));
    return true;
  }

  @Override
  public synchronized boolean claim(
      TestRun run, Attempt.Key attempt, String token, Instant now, Instant until) {
    Claim claim = of(run).get(key(attempt));
    if (claim != null
        && (claim.result().isPresent()
            || !claim.until().isBefore(now) && !claim.token().equals(token))) {
      return false;
    }
    of(run).put(key(attempt), new Claim(token, until, Optional.empty()));
    return true;
  }

  @Override
  public synchronized boolean record(TestRun run, String token, Attempt attempt) {
    Claim claim = of(run).get(key(attempt.key()));
    if (claim == null || !claim.token().equals(token) || claim.result().isPresent()) {
      return false;
    }
    of(run).put(key(attempt.key()), new Claim(token, claim.until(), Optional.of(attempt)));
    return true;
  }

  @Override
  public List<Attempt> listAttempts(TestRun run) {
    return listAttempts(run, Optional.empty(), Integer.MAX_VALUE);
  }

  @Override
  public synchronized List<Attempt> listAttempts(
      TestRun run, Optional<Attempt.Key> after, int limit) {
    List<Attempt> made = new ArrayList<>();
    of(run).tailMap(after.map(InMemoryRunStore::key).orElse(""), false).values().stream()
        .flatMap(claim -> claim.result().stream())
        .limit(limit)
        .forEach(made::add);
    return made;
  }

  @Override
  public int countAttempts(TestRun run) {
    return listAttempts(run).size();
  }

  private TreeMap<String, Claim> of(TestRun run) {
    return attempts.computeIfAbsent(key(run.prompt(), run.id()), _ -> new TreeMap<>());
  }

  private static String key(PromptName prompt, RunId id) {
    return prompt + "#" + id;
  }

  private static String key(Attempt.Key attempt) {
    return "%s#%04d".formatted(attempt.caseId(), attempt.number());
  }
}
