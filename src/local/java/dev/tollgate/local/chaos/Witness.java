package dev.tollgate.local.chaos;

import dev.tollgate.local.chaos.Api.Answer;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Remembers what callers saw, and what of it should never have been. */
final class Witness {
  /**
   * A call of which a caller was told the id.
   *
   * @param cost what it was told to cost
   */
  record Told(Instant at, Optional<BigDecimal> cost) {}

  /** What a report said at a moment. */
  record Figures(
      Instant asked, Optional<Instant> completeUntil, long calls, List<Account> budgets) {}

  private final Map<String, Told> told = new HashMap<>();
  private final Map<String, String> teamOfAnswer;
  private final long before;
  private final Map<String, Integer> refused = new TreeMap<>();
  private final List<Figures> reports = new ArrayList<>();
  private final Set<Integer> registered = new HashSet<>();
  private final Map<Long, Integer> moves = new HashMap<>();
  private final Set<String> tests = new LinkedHashSet<>();
  private final Set<Integer> admitted = new HashSet<>();
  private final Set<String> wrong = new LinkedHashSet<>();
  private int asked;
  private int answered;
  private int redriven;

  /**
   * Begins to look.
   *
   * @param teamOfAnswer which team got an answer of the provider first, for as long as there is
   *     anybody to remember
   * @param before how many calls ended earlier, all of which the ledger holds
   */
  Witness(Map<String, String> teamOfAnswer, long before) {
    this.teamOfAnswer = teamOfAnswer;
    this.before = before;
  }

  synchronized void saw(Question question, Team team, Answer answer) {
    asked++;
    String id = answer.header("x-tollgate-call-id");
    if (!id.isEmpty()) {
      told.putIfAbsent(id, new Told(Instant.now(), cost(answer)));
    }
    if (answer.status() != 200) {
      refused(answer);
      return;
    }
    answered++;
    if (id.isEmpty()) {
      wrong("an answer without the id of its call: " + answer.text());
    }
    question.flaw(answer, team).ifPresent(this::wrong);
    Question.answerId(answer)
        .map(own -> teamOfAnswer.putIfAbsent(own, team.name()))
        .filter(other -> !other.equals(team.name()))
        .ifPresent(other -> wrong(team.name() + " got an answer that was given to " + other));
  }

  private static Optional<BigDecimal> cost(Answer answer) {
    return answer.headers().firstValue("x-tollgate-cost-usd").map(BigDecimal::new);
  }

  /** Anything but success, from any route. */
  synchronized void refused(Answer answer) {
    String code = answer.json().path("error").path("code").asText();
    if (code.isEmpty()) {
      wrong("an error without a name: %d %s".formatted(answer.status(), answer.text()));
    }
    refused.merge(answer.status() + " " + code, 1, Integer::sum);
  }

  synchronized void unanswered(Exception why) {
    asked++;
    refused.merge(why.getClass().getSimpleName(), 1, Integer::sum);
  }

  synchronized void reported(Figures figures) {
    reports.add(figures);
  }

  synchronized void registered(int version) {
    registered.add(version);
  }

  /** The version in production is this one, says an answer, by this revision of the prompt. */
  synchronized void moved(long revision, int version) {
    if (moves.getOrDefault(revision, version) != version) {
      wrong("revision %d moved to %d and to %d".formatted(revision, moves.get(revision), version));
    }
    moves.put(revision, version);
  }

  /** A run of tests was promised. */
  synchronized void tested(String run) {
    tests.add(run);
  }

  /** So many events that Lambda gave up were tried again. */
  synchronized void redriven(int events) {
    redriven += events;
  }

  /** The gate let this version of the author's prompt pass. */
  synchronized void admitted(int version) {
    admitted.add(version);
  }

  synchronized void wrong(String what) {
    wrong.add(what);
  }

  long before() {
    return before;
  }

  synchronized int asked() {
    return asked;
  }

  synchronized int answered() {
    return answered;
  }

  synchronized Map<String, Integer> refused() {
    return new TreeMap<>(refused);
  }

  synchronized Map<String, Told> told() {
    return new HashMap<>(told);
  }

  synchronized List<Figures> reports() {
    return List.copyOf(reports);
  }

  synchronized Set<Integer> registered() {
    return Set.copyOf(registered);
  }

  synchronized Set<Long> moves() {
    return Set.copyOf(moves.keySet());
  }

  /** The runs that were promised. */
  synchronized Set<String> tests() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(tests));
  }

  synchronized int redriven() {
    return redriven;
  }

  synchronized Set<Integer> admitted() {
    return Set.copyOf(admitted);
  }

  synchronized Set<String> wrong() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(wrong));
  }
}
