package dev.tollgate.shadow;

/**
 * The 95 % interval of a share that was counted, by Wilson's score method without correction for
 * continuity. It holds for shares near 0 too, where the usual interval around the share has no
 * width at all.
 *
 * <p>Sources: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
 * Journal of the American Statistical Association 22 (1927), 209-212; R. G. Newcombe, Two-sided
 * confidence intervals for the single proportion, Statistics in Medicine 17 (1998), 857-872, method
 * 3.
 *
 * @param low 0 to 1
 * @param high 0 to 1
 */
public record WilsonInterval(double low, double high) {
  /** How sure the interval is. */
  public static final double CONFIDENCE = 0.95;

  /** The quantile of the normal distribution of which 2.5 % lie above. */
  private static final double Z = 1.959963984540054;

  /** The interval of {@code hits} among {@code all}, which must be at least one. */
  public static WilsonInterval of(long hits, long all) {
    if (all < 1 || hits < 0 || hits > all) {
      throw new IllegalArgumentException("%d of %d is no share".formatted(hits, all));
    }
    double share = (double) hits / all;
    double weight = Z * Z / all;
    double centre = (share + weight / 2) / (1 + weight);
    double reach = Math.sqrt(share * (1 - share) * weight + weight * weight / 4) / (1 + weight);
    // Rounding must not leave a bound of 0 or 1 a little outside.
    return new WilsonInterval(hits == 0 ? 0 : centre - reach, hits == all ? 1 : centre + reach);
  }
}
