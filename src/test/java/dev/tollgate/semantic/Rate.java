package dev.tollgate.semantic;

import dev.tollgate.shadow.WilsonInterval;
import java.util.Locale;

/** How often something happened, with Wilson's interval at 95%. */
record Rate(int times, int of) {
  double share() {
    return of == 0 ? 0 : (double) times / of;
  }

  double lower() {
    return of == 0 ? 0 : WilsonInterval.of(times, of).low();
  }

  double upper() {
    return of == 0 ? 1 : WilsonInterval.of(times, of).high();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%3d/%-3d %3.0f%% [%2.0f-%2.0f]",
        times,
        of,
        100 * share(),
        100 * lower(),
        100 * upper());
  }
}
