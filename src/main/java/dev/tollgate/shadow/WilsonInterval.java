package dev.tollgate.shadow;

/**
 * The 95 % confidence interval of a counted share, by Wilson's score method without continuity
 * correction. It is also valid for shares near 0, where the usual interval has no width.
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
  /** The confidence level of the interval. */
  public static final double CONFIDENCE = 0.95;

  /** The 97.5 % quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /** Returns the interval of {@code hits} among {@code all}, which must be at least 1. */
  public static WilsonInterval of(long hits, long all) {
    if (all < 1 || hits < 0 || hits > all) {
      throw new IllegalArgumentException("%d of %d is not a share".formatted(hits, all));
    }
    double share = (double) hits / all;
    double weight = Z * Z / all;
    double centre = (share + weight / 2) / (1 + weight);
    double halfWidth = Math.sqrt(share * (1 - share) * weight + weight * weight / 4) / (1 + weight);
    // Rounding must not move a bound of 0 or 1.
    return new WilsonInterval(
        hits == 0 ? 0 : centre - halfWidth, hits == all ? 1 : centre + halfWidth);
  }
}
