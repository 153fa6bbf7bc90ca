package dev.tollgate.local.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prints measures as Markdown tables for docs/benchmarks.md and docs/chaos.md. A row shows the
 * measure, its reference and its target, if it has them.
 */
public final class BenchReport {
  private static final Pattern PROCESSOR = Pattern.compile("model name\\s*: (.*)");

  private BenchReport() {}

  /** Says where and when, since figures of another machine are other figures. */
  public static void printEnvironment() throws IOException, InterruptedException {
    System.out.printf(
        "%nMeasured on %s at commit %s, with JDK %s on %d cores of %s, %s %s.%n%n",
        LocalDate.now(ZoneOffset.UTC),
        commit(),
        Runtime.version(),
        Runtime.getRuntime().availableProcessors(),
        processor(),
        System.getProperty("os.name"),
        System.getProperty("os.version"));
  }

  private static String commit() throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*").start();
    String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return git.waitFor() == 0 ? commit : "unknown";
  }

  private static String processor() throws IOException {
    Path facts = Path.of("/proc/cpuinfo");
    Matcher name = PROCESSOR.matcher(Files.isReadable(facts) ? Files.readString(facts) : "");
    return name.find() ? name.group(1) : System.getProperty("os.arch");
  }

  /** Begins the table of measures. */
  static void printMeasureHeading() {
    printColumns("measure", "value", "against", "difference", "ratio", "target");
  }

  /** Begins a table of other columns. */
  public static void printTableHeading(String title, String... columns) {
    System.out.printf("%n### %s%n%n", title);
    printColumns(columns);
  }

  private static void printColumns(String... columns) {
    printCells(columns);
    System.out.println("|---" + "|--:".repeat(columns.length - 1) + "|");
  }

  /** Begins the rows of a part. */
  public static void printSection(String title) {
    printCells("**" + title + "**", "", "", "", "", "");
  }

  public static void printRow(String measure, String value, String target) {
    printCells(measure, value, "", "", "", target);
  }

  /** Prints a duration and its reference from the same run. */
  static void printRow(String measure, Duration value, Duration other, String target) {
    printCells(
        measure,
        formatMillis(value),
        formatMillis(other),
        (value.compareTo(other) < 0 ? "" : "+") + formatMillis(value.minus(other)),
        formatRatio(value, other),
        target);
  }

  public static void printCells(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }

  static String formatSeconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  public static String formatMillis(Duration duration) {
    return String.format(Locale.ROOT, "%,.1f ms", duration.toNanos() / 1e6);
  }

  static String formatRatio(Duration one, Duration other) {
    return formatRatio(one.toNanos(), other.toNanos());
  }

  static String formatRatio(double one, double other) {
    return String.format(Locale.ROOT, "%.2f", one / other);
  }

  static String formatRate(double times) {
    return String.format(Locale.ROOT, "%,.0f /s", times);
  }

  public static String formatMegabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }
}
