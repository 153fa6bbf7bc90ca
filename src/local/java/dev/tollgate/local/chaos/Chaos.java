package dev.tollgate.local.chaos;

import dev.tollgate.cli.Tollgate;
import dev.tollgate.local.chaos.Recovery.Recovered;
import dev.tollgate.local.chaos.Scenario.Loss;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
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
    long seed = seed(System.getenv("SEED"));
    System.out.printf("Seed %d: SEED=%<d makes the same choices again.%n%n", seed);
    boolean held = true;
    try (Site site = Site.start(new Random(seed))) {
      Chaos chaos = new Chaos(site);
      chaos.warmUp();
      row("scenario", "calls", "answered", "spilled", "lost", "recovered", "held", "refused");
      for (Scenario scenario : chosen) {
        held &= chaos.run(scenario, new Random(seed ^ scenario.name().hashCode()));
      }
    }
    System.exit(held ? 0 : 1);
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

  private static long seed(@Nullable String text) {
    return text == null || text.isBlank() ? new Random().nextInt(1_000_000) : Long.parseLong(text);
  }

  /** Starts every function, which on a laptop takes longer than anything that comes. */
  private void warmUp() throws InterruptedException {
    List<Recovered> unused = Recovery.await(site, new Witness(teamOfAnswer, Set.of()), "warm-up");
  }

  private boolean run(Scenario scenario, Random random) throws Exception {
    site.refill();
    Witness witness = new Witness(teamOfAnswer, Books.ended(site));
    List<Recovered> recovered;
    try (Traffic unused = Traffic.start(site, witness, scenario.name(), random)) {
      Thread.sleep(BEFORE);
      scenario.trouble().make(site, random);
      recovered = Recovery.await(site, witness, scenario.name());
    }
    Set<String> spilled = replay();
    settle();
    Map<String, Books.Entry> recorded = Books.recorded(site);
    long unrecorded = Math.max(0, Books.unrecorded(site, recorded) - lost);
    if (scenario.loss() == Loss.FUNCTIONS) {
      lost += unrecorded;
    }
    if (scenario.loss() != Loss.NOTHING) {
      unconfirmed = Invariants.unconfirmed(site.accounts());
    }
    List<String> broken = Invariants.broken(site, witness, recovered, spilled, lost, unconfirmed);
    Recovered last =
        recovered.stream()
            .max(Comparator.comparing(it -> it.after().orElse(Duration.ofDays(1))))
            .orElseThrow();
    row(
        scenario.name(),
        Integer.toString(witness.asked()),
        Integer.toString(witness.answered()),
        Integer.toString(spilled.size()),
        Long.toString(unrecorded),
        last.toString(),
        "%d of %d".formatted(Invariants.NUMBER - broken.size(), Invariants.NUMBER),
        witness.refused().entrySet().stream()
            .map(each -> each.getKey() + ": " + each.getValue())
            .collect(Collectors.joining(", ")));
    broken.forEach(each -> System.out.println("    BROKEN " + each));
    return broken.isEmpty();
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

  private void settle() throws Exception {
    Instant end = Instant.now().plus(SETTLED);
    while (!isSettled() && Instant.now().isBefore(end)) {
      Thread.sleep(200);
    }
  }

  private boolean isSettled() throws Exception {
    List<Account> accounts = site.accounts();
    return !accounts.isEmpty()
        && accounts.stream().allMatch(Account::isAtRest)
        && Books.booked(site).keySet().equals(Books.recorded(site).keySet());
  }

  private static void row(String... cells) {
    System.out.printf("%-24s %6s %8s %7s %4s  %-24s %-8s %s%n", (Object[]) cells);
  }
}
