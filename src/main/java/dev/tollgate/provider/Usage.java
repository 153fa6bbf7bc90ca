package dev.tollgate.provider;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The usage of one call: its tokens in five disjoint classes, as the provider billed them, and its
 * other billing data.
 *
 * @param input prompt tokens neither read from nor written to the provider's prompt cache
 * @param cacheRead prompt tokens read from the provider's prompt cache
 * @param cacheWrite5m prompt tokens written there for five minutes
 * @param cacheWrite1h prompt tokens written there for an hour
 * @param output output tokens, reasoning included
 * @param reasoning the part of {@code output} that was reasoning
 */
public record Usage(
    long input,
    long cacheRead,
    long cacheWrite5m,
    long cacheWrite1h,
    long output,
    long reasoning,
    Billing billing) {
  /** Far above any model's limit; sums of many calls still fit into a long. */
  private static final long MAX_TOKENS = 1_000_000_000_000L;

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
    if (Math.max(Math.max(input, output), Math.max(cacheRead, cacheWrite5m)) > MAX_TOKENS
        || cacheWrite1h > MAX_TOKENS) {
      throw new IllegalArgumentException("token counts cannot exceed " + MAX_TOKENS);
    }
    if (reasoning > output) {
      throw new IllegalArgumentException(
          "reasoning tokens are part of the output: " + reasoning + " > " + output);
    }
    if (billing.assumedCacheWrites() > cacheWrite5m) {
      throw new IllegalArgumentException(
          "assumed writes are part of those for five minutes: " + billing.assumedCacheWrites());
    }
  }

  /** Tokens with the provider's standard billing. */
  public Usage(
      long input,
      long cacheRead,
      long cacheWrite5m,
      long cacheWrite1h,
      long output,
      long reasoning) {
    this(input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, Billing.STANDARD);
  }

  /** All tokens of the prompt, cached or not. */
  public long promptTokens() {
    return input + cacheRead + cacheWrite5m + cacheWrite1h;
  }

  /** All tokens that the provider processed; reasoning is not added again. */
  public long totalTokens() {
    return promptTokens() + output;
  }

  /**
   * The billed items other than tokens, and the terms of the bill.
   *
   * @param webSearches searches that the provider made and bills one by one
   * @param serviceTier the tier that served the call, {@code standard} by default
   * @param region where the model ran, if the provider says so
   * @param assumedCacheWrites tokens written to the prompt cache for a lifetime that the provider
   *     did not state; they are counted as five-minute writes
   * @param multipleModels whether some tokens belong to another model than the one that responded,
   *     so that the price is an estimate
   */
  public record Billing(
      long webSearches,
      String serviceTier,
      Optional<String> region,
      long assumedCacheWrites,
      boolean multipleModels) {
    public static final String STANDARD_TIER = "standard";

    private static final Pattern NAME = Pattern.compile("[\\w.-]{1,64}");

    public static final Billing STANDARD =
        new Billing(0, STANDARD_TIER, Optional.empty(), 0, false);

    private static final long MAX_SEARCHES = 1_000_000;

    public Billing {
      // The provider bills calls with an invalid name, too, so the record must stay valid.
      serviceTier = sanitizeName(serviceTier);
      region = region.map(Billing::sanitizeName);
      if (webSearches < 0 || webSearches > MAX_SEARCHES || assumedCacheWrites < 0) {
        throw new IllegalArgumentException(
            "searches must be between 0 and "
                + MAX_SEARCHES
                + ", and assumed writes cannot be negative");
      }
    }

    private static String sanitizeName(String name) {
      return NAME.matcher(name).matches() ? name : "unknown";
    }
  }
}
