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
  private static final Duration BEFORE = Duration.ofMillis(1500);

  /** By when the ledger must have come up with the calls, and what dead ones hold have lapsed. */
  private static final Duration SETTLED = Duration.ofSeconds(60);

  private static final int WARM_UPS = 5;

  private final Site site;
  private final Map<String, String> teamOfAnswer = new HashMap<>();
  private final Set<String> replayed = new HashSet<>();
  private long lost;
  private BigDecimal unconfirmed = BigDecimal.ZERO;

  private Chaos(Site site) {
    this.site = site;
  }

  public static void main(String[] arguments) throws Exception {
    List<Scenario> chosen = chosen(System.getenv("SCENARIO"));
    int first = number(System.getenv("SEED"), new Random().nextInt(1_000_000));
    int runs = number(System.getenv("RUNS"), 1);
    List<List<Result>> all = new ArrayList<>();
    for (int seed = first; seed < first + runs; seed++) {
      all.add(run(chosen, seed));
    }
    if (runs > 1) {
      Results.compare(all);
    }
    System.exit(all.stream().flatMap(List::stream).allMatch(Result::held) ? 0 : 1);
  }

  private static List<Result> run(List<Scenario> scenarios, int seed) throws Exception {
    List<Result> results = new ArrayList<>();
    Results.begin(seed);
    try (Site site = Site.start(new Random(seed))) {
      Chaos chaos = new Chaos(site);
      chaos.warmUp();
      for (Scenario scenario : scenarios) {
        Result result = chaos.run(scenario, new Random(seed ^ scenario.name().hashCode()));
        Results.add(result);
        results.add(result);
      }
    }
    Results.end(results);
    return results;
  }

  private static List<Scenario> chosen(@Nullable String names) {
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
    Witness witness = new Witness(teamOfAnswer, 0);
    for (int tries = 0; tries < WARM_UPS; tries++) {
      if (Recovery.await(site, witness, "warm-up-" + tries).isWhole()) {
        settle(witness);
        return;
      }
    }
    throw new IOException("this machine is too busy: not everything works before the first fault");
  }

  private Result run(Scenario scenario, Random random) throws Exception {
    site.refill();
    Witness witness = new Witness(teamOfAnswer, Books.ended(site));
    Recovery.Times recovered;
    try (Traffic traffic = Traffic.start(site, witness, scenario.name(), random)) {
      Thread.sleep(BEFORE);
      scenario.trouble().make(site, random);
      // How soon everything works again is asked beside callers, not beside all tests at once.
      traffic.testNoMore();
      recovered = Recovery.await(site, witness, scenario.name());
    }
    Set<String> spilled = replay();
    settle(witness);
    Map<String, Books.Entry> recorded = Books.recorded(site);
    long unrecorded = Math.max(0, Books.unrecorded(site, recorded) - lost);
    if (scenario.loss() == Loss.FUNCTIONS) {
      lost += unrecorded;
    }
    if (scenario.loss() != Loss.NOTHING) {
      unconfirmed = Invariants.unconfirmed(site.accounts());
    }
    List<String> broken = Invariants.broken(site, witness, recovered, spilled, lost, unconfirmed);
    return new Result(scenario.name(), witness, spilled.size(), unrecorded, recovered, broken);
  }

  /** Loads what was spilled, with the command that an operator has. */
  private Set<String> replay() throws IOException {
    List<String> lines = Books.spilled(site);
    Set<String> calls = Books.calls(lines);
    calls.removeAll(replayed);
    if (calls.isEmpty()) {
      return calls;
    }
    Path file = site.data().resolve("spilled.log");
    Files.write(file, lines, StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Tollgate.run(
            new String[] {"costs", "replay", file.toString()},
            Map.of("TOLLGATE_URL", site.cloud().url().toString(), "TOLLGATE_KEY", site.admin()),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            site.data());
    if (exitCode != 0) {
      throw new IOException(err.toString(StandardCharsets.UTF_8));
    }
    replayed.addAll(calls);
    return calls;
  }

  /** Waits until everything has come to rest, and has events tried again that Lambda gave up. */
  private void settle(Witness witness) throws Exception {
    Instant end = Instant.now().plus(SETTLED);
    while (!isSettled(witness) && Instant.now().isBefore(end)) {
      Thread.sleep(200);
      witness.redriven(site.redrive());
    }
  }

  private boolean isSettled(Witness witness) throws Exception {
    for (String run : witness.tests()) {
      if (site.isUnderWay(run)) {
        return false;
      }
    }
    List<Account> accounts = site.accounts();
    return !accounts.isEmpty() && accounts.stream().allMatch(Account::isAtRest) && isBooked();
  }

  private boolean isBooked() {
    try {
      return Books.booked(site).keySet().equals(Books.recorded(site).keySet());
    } catch (SQLException e) {
      // The ledger has no tables before its first batch; whoever looks last is told.
      return false;
    }
  }
}
