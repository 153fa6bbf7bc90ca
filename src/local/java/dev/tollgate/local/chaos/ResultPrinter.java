package dev.tollgate.local.chaos;

import dev.tollgate.local.bench.BenchReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tables that are printed, as docs/chaos.md has them. */
final class ResultPrinter {
  private ResultPrinter() {}

  static void printHeading(int seed) throws IOException, InterruptedException {
    BenchReport.printEnvironment();
    BenchReport.printTableHeading(
        "Seed " + seed,
        "scenario",
        "calls",
        "answered",
        "tests",
        "redriven",
        "spilled",
        "lost",
        "recovered",
        "test runs again",
        "invariants",
        "errors");
  }

  static void printRow(ScenarioResult result) {
    BenchReport.printCells(
        "`" + result.scenario() + "`",
        Integer.toString(result.observations().requestCount()),
        Integer.toString(result.observations().answerCount()),
        Integer.toString(result.observations().testRuns().size()),
        Integer.toString(result.observations().redrivenCount()),
        Integer.toString(result.spilled()),
        Long.toString(result.lost()),
        result.recovered().last().toString(),
        result.recovered().tests().seconds(),
        result.share(),
        result.observations().errorCounts().entrySet().stream()
            .map(each -> each.getKey() + ": " + each.getValue())
            .collect(Collectors.joining(", ")));
  }

  /** Says what was broken, of which a table has only the number. */
  static void printBroken(List<ScenarioResult> results) {
    System.out.println();
    for (ScenarioResult result : results) {
      result
          .broken()
          .forEach(each -> System.out.printf("- `%s` broke: %s%n", result.scenario(), each));
    }
  }

  /** Sets the same scenarios of several runs side by side. */
  static void printComparison(List<List<ScenarioResult>> runs) {
    List<String> columns = new ArrayList<>(List.of("scenario"));
    IntStream.rangeClosed(1, runs.size()).forEach(run -> columns.add("run " + run));
    BenchReport.printTableHeading("All runs", columns.toArray(String[]::new));
    for (int i = 0; i < runs.getFirst().size(); i++) {
      List<String> cells = new ArrayList<>();
      cells.add("`" + runs.getFirst().get(i).scenario() + "`");
      for (List<ScenarioResult> run : runs) {
        cells.add(run.get(i).share() + ", " + run.get(i).recovered().last());
      }
      BenchReport.printCells(cells.toArray(String[]::new));
    }
  }
}
