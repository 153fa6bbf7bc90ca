package dev.tollgate.local.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long something took each time. */
final class Samples {
  private final List<Duration> durations = new ArrayList<>();

  void add(Duration duration) {
    durations.add(duration);
  }

  Duration first() {
    return durations.getFirst();
  }

  Duration percentile(int percent) {
    List<Duration> sorted = durations.stream().sorted().toList();
    return sorted.get((int) Math.ceil(sorted.size() * percent / 100.0) - 1);
  }

  /** By how much more these took than others at that percentile. */
  Duration difference(Samples others, int percent) {
    return percentile(percent).minus(others.percentile(percent));
  }
}
