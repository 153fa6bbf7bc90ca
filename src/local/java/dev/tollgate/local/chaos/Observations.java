package dev.tollgate.local.chaos;

import dev.tollgate.local.chaos.ApiClient.ApiResponse;
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
final class Observations {
  /**
   * A call whose id a caller received.
   *
   * @param cost as the response stated it
   */
  record ReportedCall(Instant at, Optional<BigDecimal> cost) {}

  /** What a report said at a moment. */
  record CostSnapshot(
      Instant requestedAt, Optional<Instant> completeUntil, long calls, List<BudgetView> budgets) {}

  private final Map<String, ReportedCall> reportedCalls = new HashMap<>();
  private final Map<String, String> teamByResponse;
  private final long endedBefore;
  private final Map<String, Integer> errorCounts = new TreeMap<>();
  private final List<CostSnapshot> reports = new ArrayList<>();
  private final Set<Integer> registeredVersions = new HashSet<>();
  private final Map<Long, Integer> activations = new HashMap<>();
  private final Set<String> testRuns = new LinkedHashSet<>();
  private final Set<Integer> admittedVersions = new HashSet<>();
  private final Set<String> violations = new LinkedHashSet<>();
  private int requestCount;
  private int answerCount;
  private int redriven;

  /**
   * Begins to look.
   *
   * @param teamByResponse which team got an answer of the provider first, for as long as there is
   *     anybody to remember
   * @param endedBefore how many calls ended earlier, all of which the ledger holds
   */
  Observations(Map<String, String> teamByResponse, long endedBefore) {
    this.teamByResponse = teamByResponse;
    this.endedBefore = endedBefore;
  }

  synchronized void recordResponse(RequestKind question, Team team, ApiResponse answer) {
    requestCount++;
    String id = answer.header("x-tollgate-call-id");
    if (!id.isEmpty()) {
      reportedCalls.putIfAbsent(id, new ReportedCall(Instant.now(), cost(answer)));
    }
    if (answer.status() != 200) {
      recordError(answer);
      return;
    }
    answerCount++;
    if (id.isEmpty()) {
      recordViolation("an answer without the id of its call: " + answer.text());
    }
    question.findFlaw(answer, team).ifPresent(this::recordViolation);
    RequestKind.providerResponseId(answer)
        .map(own -> teamByResponse.putIfAbsent(own, team.name()))
        .filter(other -> !other.equals(team.name()))
        .ifPresent(
            other -> recordViolation(team.name() + " got an answer that was given to " + other));
  }

  private static Optional<BigDecimal> cost(ApiResponse answer) {
    return answer.headers().firstValue("x-tollgate-cost-usd").map(BigDecimal::new);
  }

  /** Anything but success, from any route. */
  synchronized void recordError(ApiResponse answer) {
    String code = answer.json().path("error").path("code").asText();
    if (code.isEmpty()) {
      recordViolation("an error without a name: %d %s".formatted(answer.status(), answer.text()));
    }
    errorCounts.merge(answer.status() + " " + code, 1, Integer::sum);
  }

  synchronized void recordFailure(Exception why) {
    requestCount++;
    errorCounts.merge(why.getClass().getSimpleName(), 1, Integer::sum);
  }

  synchronized void recordReport(CostSnapshot figures) {
    reports.add(figures);
  }

  synchronized void recordRegistration(int version) {
    registeredVersions.add(version);
  }

  /** The version in production is this one, says an answer, by this revision of the prompt. */
  synchronized void recordActivation(long revision, int version) {
    if (activations.getOrDefault(revision, version) != version) {
      recordViolation(
          "revision %d moved to %d and to %d"
              .formatted(revision, activations.get(revision), version));
    }
    activations.put(revision, version);
  }

  /** A run of tests was promised. */
  synchronized void recordTestRun(String run) {
    testRuns.add(run);
  }

  /** So many events that Lambda gave up were tried again. */
  synchronized void recordRedriven(int events) {
    redriven += events;
  }

  /** The gate let this version of the author's prompt pass. */
  synchronized void recordGatePass(int version) {
    admittedVersions.add(version);
  }

  synchronized void recordViolation(String what) {
    violations.add(what);
  }

  long endedBefore() {
    return endedBefore;
  }

  synchronized int requestCount() {
    return requestCount;
  }

  synchronized int answerCount() {
    return answerCount;
  }

  synchronized Map<String, Integer> errorCounts() {
    return new TreeMap<>(errorCounts);
  }

  synchronized Map<String, ReportedCall> reportedCalls() {
    return new HashMap<>(reportedCalls);
  }

  synchronized List<CostSnapshot> reports() {
    return List.copyOf(reports);
  }

  synchronized Set<Integer> registeredVersions() {
    return Set.copyOf(registeredVersions);
  }

  synchronized Set<Long> activations() {
    return Set.copyOf(activations.keySet());
  }

  /** The runs that were promised. */
  synchronized Set<String> testRuns() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(testRuns));
  }

  synchronized int redrivenCount() {
    return redriven;
  }

  synchronized Set<Integer> admittedVersions() {
    return Set.copyOf(admittedVersions);
  }

  synchronized Set<String> violations() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(violations));
  }
}
