package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.local.chaos.Observations.CostSnapshot;
import dev.tollgate.local.chaos.Observations.ReportedCall;
import dev.tollgate.local.chaos.Recovery.ProbeResult;
import dev.tollgate.local.chaos.StoreSnapshots.CallEntry;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What must hold whatever has happened, once it is over and the ledger has come up with it. */
final class Invariants {
  /** The events that move the pointer to the version in production. */
  private static final Set<String> POINTER_EVENTS = Set.of("activate", "force", "rollback");

  /** How many examples of one kind are printed. */
  private static final int MAX_EXAMPLES = 3;

  private final TestBed testBed;
  private final Observations observations;
  private final Map<String, CallEntry> recorded;
  private final Map<String, CallEntry> ledgerEntries;
  private final JsonNode report;
  private final List<BudgetView> budgetViews;

  private Invariants(
      TestBed testBed,
      Observations observations,
      Map<String, CallEntry> recorded,
      Map<String, CallEntry> ledgerEntries,
      JsonNode report,
      List<BudgetView> budgetViews) {
    this.testBed = testBed;
    this.observations = observations;
    this.recorded = recorded;
    this.ledgerEntries = ledgerEntries;
    this.report = report;
    this.budgetViews = budgetViews;
  }

  /** How many there are. */
  static final int COUNT = 12;

  /**
   * Looks at all of them.
   *
   * @param recovered when everything worked again
   * @param spilled the calls whose record came into the calls table only now
   * @param lost how many records may have ended with their functions
   * @param unconfirmed USD that may stay reserved by calls that never report back
   * @return each that is broken, with examples
   */
  static List<String> findBroken(
      TestBed testBed,
      Observations observations,
      Recovery.RecoveryTimes recovered,
      Set<String> spilled,
      long lost,
      BigDecimal unconfirmed)
      throws IOException, InterruptedException, SQLException {
    Invariants invariants =
        new Invariants(
            testBed,
            observations,
            StoreSnapshots.readCallsTable(testBed),
            StoreSnapshots.readLedger(testBed),
            testBed.report().json(),
            testBed.budgets());
    List<String> broken = new ArrayList<>();
    addBroken(broken, "every call has one final record", invariants.checkFinalRecords());
    addBroken(broken, "model answers are recorded", invariants.checkUnrecordedAnswers(lost));
    addBroken(broken, "a call costs what its response says", invariants.checkReportedCosts());
    addBroken(broken, "the ledger holds the records", invariants.checkLedger());
    addBroken(broken, "the report is the sum of the records", invariants.report());
    addBroken(
        broken, "a report holds all until complete_until", invariants.checkCompleteness(spilled));
    addBroken(broken, "pointers are valid and the audit log is intact", invariants.checkPointers());
    addBroken(broken, "registered versions exist", invariants.checkVersions());
    addBroken(
        broken,
        "test runs end, and only a complete one opens the gate",
        invariants.checkTestRuns());
    addBroken(
        broken,
        "callers get whole answers, their own, and one per idempotency key",
        observations.violations());
    addBroken(
        broken,
        "everything recovers within 10 s, and test runs within 30 s",
        recovered.late().stream().map(ProbeResult::toString).toList());
    addBroken(
        broken, "no budget is exceeded and none drifts", invariants.checkBudgets(unconfirmed));
    return broken;
  }

  private static void addBroken(List<String> broken, String invariant, Iterable<String> examples) {
    List<String> all = new ArrayList<>();
    examples.forEach(all::add);
    if (!all.isEmpty()) {
      broken.add(
          "%s: %d times not, such as %s"
              .formatted(
                  invariant,
                  all.size(),
                  String.join(" | ", all.subList(0, Math.min(MAX_EXAMPLES, all.size())))));
    }
  }

  private List<String> checkFinalRecords() {
    Map<String, Integer> finals = new HashMap<>();
    recorded
        .values()
        .forEach(entry -> finals.merge(entry.callId(), entry.isFinal() ? 1 : 0, Integer::sum));
    List<String> broken = new ArrayList<>();
    finals.forEach(
        (call, number) -> {
          if (number > 1) {
            broken.add(call + " ended " + number + " times");
          }
        });
    observations
        .reportedCalls()
        .keySet()
        .forEach(
            call -> {
              if (finals.getOrDefault(call, 0) == 0) {
                broken.add(call + " was reported to its caller and has no final record");
              }
            });
    return broken;
  }

  /** A function that is killed takes with it what it has not written down yet. */
  private List<String> checkUnrecordedAnswers(long lost) {
    long missing = StoreSnapshots.countUnrecorded(testBed, recorded) - lost;
    return missing > 0 ? List.of(missing + " answers have no record") : List.of();
  }

  private List<String> checkReportedCosts() {
    Map<String, BigDecimal> costs = new HashMap<>();
    recorded.values().forEach(entry -> costs.merge(entry.callId(), entry.cost(), BigDecimal::add));
    List<String> broken = new ArrayList<>();
    observations
        .reportedCalls()
        .forEach(
            (call, told) -> {
              BigDecimal cost = costs.getOrDefault(call, BigDecimal.ZERO);
              if (told.cost().filter(it -> it.compareTo(cost) != 0).isPresent()) {
                broken.add(
                    "%s: response says %s, recorded %s".formatted(call, told.cost().get(), cost));
              }
            });
    return broken;
  }

  private List<String> checkLedger() {
    Set<String> ids = new HashSet<>(recorded.keySet());
    ids.addAll(ledgerEntries.keySet());
    List<String> broken = new ArrayList<>();
    for (String id : ids) {
      CallEntry record = recorded.get(id);
      if (record == null || !record.equals(ledgerEntries.get(id))) {
        broken.add(
            "%s: recorded %s, in the ledger %s".formatted(id, record, ledgerEntries.get(id)));
      }
    }
    return broken;
  }

  private List<String> report() {
    BigDecimal total =
        recorded.values().stream().map(CallEntry::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    long calls = recorded.values().stream().filter(CallEntry::isFinal).count();
    List<String> broken = new ArrayList<>();
    if (total.compareTo(report.path("total_usd").decimalValue()) != 0) {
      broken.add("recorded %s USD, reported %s".formatted(total, report.path("total_usd")));
    }
    if (calls != report.path("total_calls").asLong()) {
      broken.add("recorded %s calls, reported %s".formatted(calls, report.path("total_calls")));
    }
    if (recorded.size() != report.path("attempts").asLong()) {
      broken.add(
          "recorded %s attempts, reported %s".formatted(recorded.size(), report.path("attempts")));
    }
    return broken;
  }

  /**
   * A report that is complete until a time contains every call that ended before it. Records in a
   * function's log are not in the figures yet.
   */
  private List<String> checkCompleteness(Set<String> spilled) {
    List<String> broken = new ArrayList<>();
    for (CostSnapshot figures : observations.reports()) {
      figures
          .completeUntil()
          .ifPresent(
              until -> {
                Instant sure =
                    until.isBefore(figures.requestedAt()) ? until : figures.requestedAt();
                long due =
                    observations.endedBefore()
                        + observations.reportedCalls().entrySet().stream()
                            .filter(call -> !spilled.contains(call.getKey()))
                            .filter(call -> isBefore(call.getKey(), call.getValue(), sure))
                            .count();
                if (figures.calls() < due) {
                  broken.add(
                      "%d of %d calls, complete until %s".formatted(figures.calls(), due, until));
                }
              });
    }
    return broken;
  }

  /** Budgets have spent what the records cost, and hold no reservation of a call that ended. */
  private List<String> checkBudgets(BigDecimal mayBeUnconfirmed) {
    List<String> broken = new ArrayList<>();
    if (budgetViews.isEmpty()) {
      broken.add("no report of the budgets");
    }
    observations.reports().stream()
        .flatMap(figures -> figures.budgets().stream())
        .filter(BudgetView::isExceeded)
        .forEach(account -> broken.add("exceeded: " + account));
    for (BudgetView account : budgetViews) {
      BigDecimal cost =
          recorded.values().stream()
              .filter(account::covers)
              .map(CallEntry::cost)
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      if (account.spent().compareTo(cost) != 0) {
        broken.add("records cost %s: %s".formatted(cost, account));
      }
      if (account.isExceeded()) {
        broken.add("exceeded: " + account);
      }
      if (!account.hasNoReservations()) {
        broken.add("reserved for no running call: " + account);
      }
    }
    BigDecimal unconfirmed = unconfirmed(budgetViews);
    if (unconfirmed.compareTo(mayBeUnconfirmed) > 0) {
      broken.add("unconfirmed %s, at most %s".formatted(unconfirmed, mayBeUnconfirmed));
    }
    return broken;
  }

  /** What all of them have unconfirmed, in USD. */
  static BigDecimal unconfirmed(List<BudgetView> accounts) {
    return accounts.stream().map(BudgetView::unconfirmed).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static boolean isBefore(String call, ReportedCall told, Instant moment) {
    return told.at().isBefore(moment) && new CallId(call).time().isBefore(moment);
  }

  private List<String> checkPointers() throws IOException, InterruptedException {
    List<String> broken = new ArrayList<>(checkPointer(PromptAuthor.PROMPT));
    broken.addAll(checkPointer(TestBed.PROMPT));
    long revision = testBed.getAsAdmin(TestBed.PROMPT).json().path("revision").asLong();
    observations.activations().stream()
        .filter(move -> move > revision)
        .forEach(
            move -> broken.add("revision %d was reported, %d is stored".formatted(move, revision)));
    return broken;
  }

  private List<String> checkPointer(String path) throws IOException, InterruptedException {
    JsonNode prompt = testBed.getAsAdmin(path).json();
    JsonNode events = testBed.getAsAdmin(path + "/events?limit=200").json();
    List<String> broken = new ArrayList<>();
    if (!events.path("chain").asText().equals("intact")) {
      broken.add("the chain is " + events.path("chain").asText("unknown"));
    }
    for (JsonNode event : events.path("events")) {
      if (POINTER_EVENTS.contains(event.path("type").asText())) {
        if (event.path("to").asInt() != prompt.path("active_version").asInt()) {
          broken.add("%s is active after %s".formatted(prompt.path("active_version"), event));
        }
        break;
      }
    }
    return broken;
  }

  /**
   * Each run that was promised has ended, made each attempt once and recorded all calls that were
   * answered. None that was cut short opened the gate, and no bad version got through it.
   */
  private List<String> checkTestRuns() throws IOException, InterruptedException {
    List<String> broken = new ArrayList<>();
    Map<Integer, Long> answers = new HashMap<>();
    Set<Integer> passed = new HashSet<>();
    for (String id : observations.testRuns()) {
      JsonNode run = testBed.getTestRun(id);
      int version = run.path("version").asInt();
      String outcome = run.path("outcome").asText();
      if (!run.path("state").asText().equals("finished")) {
        broken.add("%s has not ended: %s".formatted(id, run));
      }
      Set<String> made = new HashSet<>();
      for (JsonNode attempt : run.path("attempts")) {
        if (!made.add(attempt.path("case").asText() + " " + attempt.path("attempt"))) {
          broken.add("%s made %s twice".formatted(id, attempt));
        }
        answers.merge(version, attempt.has("answer") ? 1L : 0L, Long::sum);
      }
      boolean good = testBed.isGood(version);
      if (outcome.equals("passed")) {
        passed.add(version);
        if (!good || made.size() < PromptAuthor.CASES) {
          broken.add("version %d passed with %s".formatted(version, made));
        }
      }
      if (good && outcome.equals("rolled_back")) {
        broken.add("version %d was good and rolled back".formatted(version));
      }
    }
    Map<Integer, Long> calls = StoreSnapshots.countTestCalls(testBed, PromptAuthor.NAME);
    answers.forEach(
        (version, number) -> {
          if (calls.getOrDefault(version, 0L) < number) {
            broken.add("version %d answered %d times: %s".formatted(version, number, calls));
          }
        });
    observations.admittedVersions().stream()
        .filter(version -> !passed.contains(version))
        .forEach(version -> broken.add("version %d passed the gate".formatted(version)));
    return broken;
  }

  private List<String> checkVersions() throws IOException, InterruptedException {
    List<Integer> there = new ArrayList<>();
    JsonNode page = testBed.getAsAdmin(TestBed.PROMPT).json();
    int latest = page.path("latest_version").asInt();
    page.path("versions").forEach(version -> there.add(version.path("version").asInt()));
    while (page.path("cursor").isTextual()) {
      page = testBed.getAsAdmin(TestBed.PROMPT + "?cursor=" + page.path("cursor").asText()).json();
      page.path("versions").forEach(version -> there.add(version.path("version").asInt()));
    }
    List<String> broken = new ArrayList<>();
    if (!there.reversed().equals(IntStream.rangeClosed(1, latest).boxed().toList())) {
      broken.add("up to %d there are %s".formatted(latest, there));
    }
    observations.registeredVersions().stream()
        .filter(version -> !there.contains(version))
        .forEach(version -> broken.add("version %d is not there".formatted(version)));
    return broken;
  }
}
