package dev.tollgate.local.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** What the benchmarks print: tables in Markdown, as docs/benchmarks.md has them. */
final class Figures {
  private Figures() {}

  /** Says what was measured, where and when: figures of another machine are other figures. */
  static void heading() throws IOException, InterruptedException {
    System.out.printf(
        "%nMeasured on %s, at commit %s, on %d cores of %s %s with JDK %s.%n",
        LocalDate.now(ZoneOffset.UTC),
        commit(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        System.getProperty("java.version"));
  }

  private static String commit() throws IOException, InterruptedException {
    Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
    String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return git.waitFor() == 0 ? commit : "unknown";
  }

  /** Begins a table of measures, each with its value and what it should be. */
  static void measures(String title) {
    table(title, "measure", "value", "target");
  }

  static void table(String title, String... columns) {
    System.out.printf("%n### %s%n%n", title);
    cells(columns);
    System.out.println("|---" + "|--:".repeat(columns.length - 1) + "|");
  }

  static void cells(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }

  static void row(String measure, String value, String target) {
    cells(measure, value, target);
  }

  static Duration percentile(List<Duration> samples, int percent) {
    List<Duration> sorted = samples.stream().sorted().toList();
    return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%,.1f ms", duration.toNanos() / 1e6);
  }

  static String ratio(Duration one, Duration other) {
    return String.format(Locale.ROOT, "%.2f", (double) one.toNanos() / other.toNanos());
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}
