package dev.tollgate.local.bench;

import dev.tollgate.evaluation.AttemptScore;
import dev.tollgate.evaluation.RollbackPolicy;
import dev.tollgate.evaluation.RollbackPolicy.Decision;
import dev.tollgate.evaluation.VersionResults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * {@code make simulate-nights}: how often the nightly rule rolls back a version that is as good as
 * before, and how soon one that has become worse. Each case and attempt draws its own score from a
 * beta distribution of the given mean and a standard deviation of 0.2: the least favourable case,
 * in which the judge does not even agree with itself.
 */
public final class SimulatedNights {
  private static final long SEED = 365;
  private static final int NIGHTS = 365;
  private static final int YEARS = 100;

  /** Of the drops, whose nights go on until each is caught or a year is over. */
  private static final int DROPS = 100;

  private static final double DEVIATION = 0.2;
  private static final double[] TRUE_SCORES = {0.86, 0.90};
  private static final int[] CASES = {20, 50};

  private final SplittableRandom random;
  private final int cases;

  private SimulatedNights(SplittableRandom random, int cases) {
    this.random = random;
    this.cases = cases;
  }

  public static void main(String[] arguments) {
    SplittableRandom random = new SplittableRandom(SEED);
    row("true", "cases", "true", "confirmations", "inconclusive", "rollbacks", "caught", "nights");
    row("score", "", "drop", "a year", "a year", "a year", "in a year", "until caught");
    row("-----", "-----", "----", "------", "------", "------", "---------", "-------------");
    for (double score : TRUE_SCORES) {
      for (int cases : CASES) {
        SimulatedNights nights = new SimulatedNights(random.split(), cases);
        nights.simulateSteadyVersion(score);
        nights.simulateDrop(score, 0.05);
        nights.simulateDrop(score, 0.10);
      }
    }
  }

  /** A version that is as good as the one before it, for many years. */
  private void simulateSteadyVersion(double score) {
    int confirmations = 0;
    int drifts = 0;
    int inconclusive = 0;
    int rollbacks = 0;
    for (int night = 0; night < NIGHTS * YEARS; night++) {
      switch (simulateNight(score, score)) {
        case Night.Passed() -> {}
        case Night.Decided(Decision.RollBack _) -> rollbacks++;
        case Night.Decided(Decision.ModelDrift _) -> drifts++;
        case Night.Decided(Decision.Inconclusive _) -> inconclusive++;
      }
    }
    confirmations = rollbacks + drifts + inconclusive;
    row(
        number(score),
        Integer.toString(cases),
        "none",
        yearly(confirmations),
        yearly(inconclusive + drifts),
        yearly(rollbacks),
        "",
        "");
  }

  /** A version that has become worse than the one before it. */
  private void simulateDrop(double score, double drop) {
    List<Integer> waits = new ArrayList<>();
    for (int one = 0; one < DROPS; one++) {
      for (int night = 1; night <= NIGHTS; night++) {
        if (simulateNight(score - drop, score) instanceof Night.Decided(Decision.RollBack _)) {
          waits.add(night);
          break;
        }
      }
    }
    waits.sort(null);
    String caught = Math.round(100.0 * waits.size() / DROPS) + "%";
    String until =
        waits.size() <= DROPS / 2
            ? "-"
            : "median %d, 90%% %s"
                .formatted(
                    waits.get(DROPS / 2 - 1),
                    waits.size() >= DROPS * 9 / 10 ? waits.get(DROPS * 9 / 10 - 1) : "-");
    row(number(score), Integer.toString(cases), number(drop), "", "", "", caught, until);
  }

  private sealed interface Night {
    record Passed() implements Night {}

    record Decided(Decision decision) implements Night {}
  }

  private Night simulateNight(double active, double good) {
    Map<String, List<AttemptScore>> trials = new HashMap<>();
    addPass(trials, active);
    if (new VersionResults(trials).meanFaithfulness().orElseThrow()
        >= RollbackPolicy.MIN_FAITHFULNESS) {
      return new Night.Passed();
    }
    Map<String, List<AttemptScore>> others = new HashMap<>();
    for (int pass = 1; pass < RollbackPolicy.PASSES; pass++) {
      addPass(trials, active);
    }
    for (int pass = 0; pass < RollbackPolicy.PASSES; pass++) {
      addPass(others, good);
    }
    return new Night.Decided(
        RollbackPolicy.decide(new VersionResults(trials), new VersionResults(others)));
  }

  private void addPass(Map<String, List<AttemptScore>> trials, double score) {
    for (int i = 0; i < cases; i++) {
      trials
          .computeIfAbsent("case " + i, _ -> new ArrayList<>())
          .add(new AttemptScore(Map.of(), OptionalDouble.of(sampleScore(score))));
    }
  }

  /** From a beta distribution, by the algorithm of Jöhnk. */
  private double sampleScore(double mean) {
    double weight = mean * (1 - mean) / (DEVIATION * DEVIATION) - 1;
    double alpha = mean * weight;
    double beta = (1 - mean) * weight;
    while (true) {
      double x = Math.pow(random.nextDouble(), 1 / alpha);
      double y = Math.pow(random.nextDouble(), 1 / beta);
      if (x + y > 0 && x + y <= 1) {
        return x / (x + y);
      }
    }
  }

  private static String yearly(int count) {
    return String.format(Locale.ROOT, "%.2f", (double) count / YEARS);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static void row(String... cells) {
    System.out.printf("%-6s %-6s %-5s %14s %13s %10s %10s   %s%n", (Object[]) cells);
  }
}
