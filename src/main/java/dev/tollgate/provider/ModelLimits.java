package dev.tollgate.provider;

/**
 * The maximum input and output of a model, in tokens.
 *
 * @param context of a prompt; the provider rejects a longer one
 * @param output of a response whose length the request does not limit
 * @param image of one image of any size
 */
public record ModelLimits(long context, long output, long image) {
  /**
   * An upper bound for all known models. It takes the longest contexts of OpenAI and Anthropic and
   * OpenAI's longest output. The image has 8,000 by 8,000 pixels at OpenAI's 1.2 tokens for 32 by
   * 32.
   */
  public static final ModelLimits MAX = new ModelLimits(1_050_000, 128_000, 75_000);
}
