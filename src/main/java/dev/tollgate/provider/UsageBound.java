package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * The most that one attempt at a request can use, whatever its model answers.
 *
 * @param prompt tokens of the prompt, in whichever class they are billed
 * @param output tokens of the answer
 * @param webSearches searches that the provider makes and bills one by one
 */
public record UsageBound(long prompt, long output, long webSearches) {
  /**
   * What a provider may add to a prompt of its own, and once more for each tool: Anthropic's
   * instructions for tools have up to 530 tokens, and its own tools' definitions up to 735 (its
   * pages on tool use, autumn 2026).
   */
  private static final long PROVIDER_OVERHEAD_TOKENS = 1_024;

  public UsageBound {
    if (prompt < 0 || output < 0 || webSearches < 0) {
      throw new IllegalArgumentException("a bound cannot be negative");
    }
  }

  /**
   * How many tokens the text of a request has at most: a token stands for at least one byte.
   *
   * @param body as it is sent
   * @param dataBytes how many of its bytes are pictures and the like, and no text to the model
   */
  public static long maxTextTokens(ObjectNode body, long dataBytes) {
    long bytes = body.toString().getBytes(StandardCharsets.UTF_8).length;
    return bytes - dataBytes + PROVIDER_OVERHEAD_TOKENS * (1 + body.path("tools").size());
  }
}
