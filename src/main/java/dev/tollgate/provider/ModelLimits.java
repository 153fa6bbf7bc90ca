package dev.tollgate.provider;

/**
 * How much a model takes and gives at most, in tokens.
 *
 * @param context of a prompt: its provider refuses a longer one
 * @param output of an answer whose length the request does not limit
 * @param image of one picture, whatever its size
 */
public record ModelLimits(long context, long output, long image) {
  /**
   * No less than any model that is known: OpenAI's and Anthropic's longest contexts, OpenAI's
   * longest answer, and a picture of 8,000 by 8,000 pixels at OpenAI's 1.2 tokens for 32 by 32.
   */
  public static final ModelLimits MAX = new ModelLimits(1_050_000, 128_000, 75_000);
}
