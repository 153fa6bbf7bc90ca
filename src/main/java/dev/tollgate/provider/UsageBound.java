package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * The maximum usage of one attempt at a request, whatever the model responds.
 *
 * @param prompt tokens of the prompt, of all billing classes
 * @param output tokens of the response
 * @param webSearches searches that the provider makes and bills one by one
 */
public record UsageBound(long prompt, long output, long webSearches) {
  /**
   * The tokens that a provider may add to a prompt, and again for each tool. Anthropic's tool
   * instructions have up to 530 tokens, and the definitions of its own tools up to 735 (its pages
   * on tool use, autumn 2026).
   */
  private static final long PROVIDER_OVERHEAD_TOKENS = 1_024;

  public UsageBound {
    if (prompt < 0 || output < 0 || webSearches < 0) {
      throw new IllegalArgumentException("a bound cannot be negative");
    }
  }

  /**
   * Returns the maximum of tokens in the text of a request. A token has at least one byte.
   *
   * @param body the body to send
   * @param dataBytes how many of its bytes are media, which the model does not read as text
   */
  public static long maxTextTokens(ObjectNode body, long dataBytes) {
    long bytes = body.toString().getBytes(StandardCharsets.UTF_8).length;
    return bytes - dataBytes + PROVIDER_OVERHEAD_TOKENS * (1 + body.path("tools").size());
  }
}
