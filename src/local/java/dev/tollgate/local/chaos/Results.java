package dev.tollgate.local.chaos;

import dev.tollgate.local.bench.Figures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tables that are printed, as docs/chaos.md has them. */
final class Results {
  private Results() {}

  static void begin(int seed) throws IOException, InterruptedException {
    Figures.heading();
    Figures.table(
        "Seed " + seed,
        "scenario",
        "calls",
        "answered",
        "tests",
        "redriven",
        "spilled",
        "lost",
        "recovered",
        "tests again",
        "held",
        "refused");
  }

  static void add(Result result) {
    Figures.cells(
        "`" + result.scenario() + "`",
        Integer.toString(result.witness().asked()),
        Integer.toString(result.witness().answered()),
        Integer.toString(result.witness().tests().size()),
        Integer.toString(result.witness().redriven()),
        Integer.toString(result.spilled()),
        Long.toString(result.lost()),
        result.recovered().last().toString(),
        result.recovered().tests().seconds(),
        result.share(),
        result.witness().refused().entrySet().stream()
            .map(each -> each.getKey() + ": " + each.getValue())
            .collect(Collectors.joining(", ")));
  }

  /** Says what was broken, of which a table has only the number. */
  static void end(List<Result> results) {
    System.out.println();
    for (Result result : results) {
      result
          .broken()
          .forEach(each -> System.out.printf("- `%s` broke: %s%n", result.scenario(), each));
    }
  }

  /** Sets the same scenarios of several runs side by side. */
  static void compare(List<List<Result>> runs) {
    List<String> columns = new ArrayList<>(List.of("scenario"));
    IntStream.rangeClosed(1, runs.size()).forEach(run -> columns.add("run " + run));
    Figures.table("All runs", columns.toArray(String[]::new));
    for (int i = 0; i < runs.getFirst().size(); i++) {
      List<String> cells = new ArrayList<>();
      cells.add("`" + runs.getFirst().get(i).scenario() + "`");
      for (List<Result> run : runs) {
        cells.add(run.get(i).share() + ", " + run.get(i).recovered().last());
      }
      Figures.cells(cells.toArray(String[]::new));
    }
  }
}
