package dev.tollgate.local.chaos;

import dev.tollgate.cli.Tollgate;
import dev.tollgate.local.chaos.Scenario.Loss;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code make chaos}: lets things go wrong under load, one after the other, and looks whether
 * everything is right afterwards. Ends with 1 if anything is not.
 */
public final class Chaos {
  private static final Duration TRAFFIC_BEFORE_FAULT = Duration.ofMillis(1500);

  /**
   * The ledger must have all calls, and the reservations of dead ones must have expired, by then.
   */
  private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(60);

  private static final int MAX_WARM_UPS = 5;

  private final TestBed testBed;
  private final Map<String, String> teamByResponse = new HashMap<>();
  private final Set<String> replayed = new HashSet<>();
  private long lost;
  private BigDecimal unconfirmed = BigDecimal.ZERO;

  private Chaos(TestBed testBed) {
    this.testBed = testBed;
  }

  public static void main(String[] arguments) throws Exception {
    List<Scenario> chosen = chooseScenarios(System.getenv("SCENARIO"));
    int first = number(System.getenv("SEED"), new Random().nextInt(1_000_000));
    int runs = number(System.getenv("RUNS"), 1);
    List<List<ScenarioResult>> all = new ArrayList<>();
    for (int seed = first; seed < first + runs; seed++) {
      all.add(run(chosen, seed));
    }
    if (runs > 1) {
      ResultPrinter.printComparison(all);
    }
    System.exit(all.stream().flatMap(List::stream).allMatch(ScenarioResult::held) ? 0 : 1);
  }

  private static List<ScenarioResult> run(List<Scenario> scenarios, int seed) throws Exception {
    List<ScenarioResult> results = new ArrayList<>();
    ResultPrinter.printHeading(seed);
    try (TestBed testBed = TestBed.start(new Random(seed))) {
      Chaos chaos = new Chaos(testBed);
      chaos.warmUp();
      for (Scenario scenario : scenarios) {
        ScenarioResult result = chaos.run(scenario, new Random(seed ^ scenario.name().hashCode()));
        ResultPrinter.printRow(result);
        results.add(result);
      }
    }
    ResultPrinter.printBroken(results);
    return results;
  }

  private static List<Scenario> chooseScenarios(@Nullable String names) {
    if (names == null || names.isBlank()) {
      return Scenario.all();
    }
    Set<String> wanted = new HashSet<>(List.of(names.split(",", -1)));
    List<Scenario> chosen =
        Scenario.all().stream().filter(scenario -> wanted.remove(scenario.name())).toList();
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "SCENARIO: there is no %s, but %s"
              .formatted(
                  String.join(", ", wanted),
                  Scenario.all().stream().map(Scenario::name).collect(Collectors.joining(", "))));
    }
    return chosen;
  }

  private static int number(@Nullable String text, int otherwise) {
    return text == null || text.isBlank() ? otherwise : Integer.parseInt(text);
  }

  /** Starts every function, which on a laptop takes longer than anything that comes. */
  private void warmUp() throws Exception {
    Observations observations = new Observations(teamByResponse, 0);
    for (int tries = 0; tries < MAX_WARM_UPS; tries++) {
      if (Recovery.await(testBed, observations, "warm-up-" + tries).isComplete()) {
        settle(observations);
        return;
      }
    }
    throw new IOException("this machine is too busy: not everything works before the first fault");
  }

  private ScenarioResult run(Scenario scenario, Random random) throws Exception {
    testBed.refill();
    Observations observations =
        new Observations(teamByResponse, StoreSnapshots.countEnded(testBed));
    Recovery.RecoveryTimes recovered;
    try (Traffic traffic = Traffic.start(testBed, observations, scenario.name(), random)) {
      Thread.sleep(TRAFFIC_BEFORE_FAULT);
      scenario.fault().inject(testBed, random);
      // Recovery is measured under the callers' load, not under that of all test runs at once.
      traffic.stopTesting();
      recovered = Recovery.await(testBed, observations, scenario.name());
    }
    Set<String> spilled = replay();
    settle(observations);
    Map<String, StoreSnapshots.CallEntry> recorded = StoreSnapshots.readCallsTable(testBed);
    long unrecorded = Math.max(0, StoreSnapshots.countUnrecorded(testBed, recorded) - lost);
    if (scenario.loss() == Loss.FUNCTIONS) {
      lost += unrecorded;
    }
    if (scenario.loss() != Loss.NOTHING) {
      unconfirmed = Invariants.unconfirmed(testBed.budgets());
    }
    List<String> broken =
        Invariants.findBroken(testBed, observations, recovered, spilled, lost, unconfirmed);
    return new ScenarioResult(
        scenario.name(), observations, spilled.size(), unrecorded, recovered, broken);
  }

  /** Loads what was spilled, with the command that an operator has. */
  private Set<String> replay() throws IOException {
    List<String> lines = StoreSnapshots.readSpilledLines(testBed);
    Set<String> calls = StoreSnapshots.spilledCallIds(lines);
    calls.removeAll(replayed);
    if (calls.isEmpty()) {
      return calls;
    }
    Path file = testBed.data().resolve("spilled.log");
    Files.write(file, lines, StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Tollgate.run(
            new String[] {"costs", "replay", file.toString()},
            Map.of(
                "TOLLGATE_URL", testBed.cloud().url().toString(), "TOLLGATE_KEY", testBed.admin()),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            testBed.data());
    if (exitCode != 0) {
      throw new IOException(err.toString(StandardCharsets.UTF_8));
    }
    replayed.addAll(calls);
    return calls;
  }

  /** Waits until everything has come to rest, and has events tried again that Lambda gave up. */
  private void settle(Observations observations) throws Exception {
    Instant end = Instant.now().plus(SETTLE_TIMEOUT);
    while (!isSettled(observations) && Instant.now().isBefore(end)) {
      Thread.sleep(200);
      observations.recordRedriven(testBed.redrive());
    }
  }

  private boolean isSettled(Observations observations) throws Exception {
    for (String run : observations.testRuns()) {
      if (testBed.isRunning(run)) {
        return false;
      }
    }
    List<BudgetView> accounts = testBed.budgets();
    return !accounts.isEmpty()
        && accounts.stream().allMatch(BudgetView::hasNoReservations)
        && isInLedger();
  }

  private boolean isInLedger() {
    try {
      return StoreSnapshots.readLedger(testBed)
          .keySet()
          .equals(StoreSnapshots.readCallsTable(testBed).keySet());
    } catch (SQLException e) {
      // The ledger has no tables before its first batch. The last check reports it.
      return false;
    }
  }
}
