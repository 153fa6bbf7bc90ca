package dev.tollgate.semantic;

import java.util.Locale;

/** How often something happened, with Wilson's interval at 95%. */
record Rate(int times, int of) {
  private static final double Z = 1.959964;

  double share() {
    return of == 0 ? 0 : (double) times / of;
  }

  double lower() {
    return of == 0 ? 0 : Math.max(0, (centre() - margin()) / (1 + Z * Z / of));
  }

  double upper() {
    return of == 0 ? 1 : Math.min(1, (centre() + margin()) / (1 + Z * Z / of));
  }

  private double centre() {
    return share() + Z * Z / (2 * of);
  }

  private double margin() {
    return Z * Math.sqrt(share() * (1 - share()) / of + Z * Z / (4.0 * of * of));
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
