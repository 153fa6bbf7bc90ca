package dev.tollgate.semantic;

import dev.tollgate.shadow.WilsonInterval;
import java.util.Locale;

/** A rate with Wilson's 95% interval. */
record Rate(int successes, int total) {
  double share() {
    return total == 0 ? 0 : (double) successes / total;
  }

  double lower() {
    return total == 0 ? 0 : WilsonInterval.of(successes, total).low();
  }

  double upper() {
    return total == 0 ? 1 : WilsonInterval.of(successes, total).high();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%3d/%-3d %3.0f%% [%2.0f-%2.0f]",
        successes,
        total,
        100 * share(),
        100 * lower(),
        100 * upper());
  }
}
