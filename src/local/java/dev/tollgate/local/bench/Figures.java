package dev.tollgate.local.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What the benchmarks print. */
final class Figures {
  private Figures() {}

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

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
  }

  static void row(String measure, String value, String target) {
    System.out.printf("%-36s %12s   %s%n", measure, value, target);
  }
}
