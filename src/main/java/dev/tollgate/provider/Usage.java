package dev.tollgate.provider;

/**
 * Tokens of one call in five disjoint classes, as the provider billed them.
 *
 * @param input prompt tokens neither read from nor written to the provider's prompt cache
 * @param cacheRead prompt tokens read from the provider's prompt cache
 * @param cacheWrite5m prompt tokens written there for five minutes
 * @param cacheWrite1h prompt tokens written there for an hour
 * @param output tokens of the answer, reasoning included
 * @param reasoning the part of {@code output} that was reasoning
 */
public record Usage(
    long input, long cacheRead, long cacheWrite5m, long cacheWrite1h, long output, long reasoning) {
  /** Far beyond any model, and far below what a sum of many calls could not hold. */
  private static final long MOST = 1_000_000_000_000L;

  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);

  public Usage {
    if (input < 0
        || cacheRead < 0
        || cacheWrite5m < 0
        || cacheWrite1h < 0
        || output < 0
        || reasoning < 0) {
      throw new IllegalArgumentException("token counts cannot be negative");
    }
    if (Math.max(Math.max(input, output), Math.max(cacheRead, cacheWrite5m)) > MOST
        || cacheWrite1h > MOST) {
      throw new IllegalArgumentException("no call has more than " + MOST + " tokens");
    }
    if (reasoning > output) {
      throw new IllegalArgumentException(
          "reasoning tokens are part of the output: " + reasoning + " > " + output);
    }
  }

  /** All tokens that the provider processed; reasoning is not added again. */
  public long total() {
    return input + cacheRead + cacheWrite5m + cacheWrite1h + output;
  }
}
