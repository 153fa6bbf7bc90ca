package dev.tollgate.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * A response that was paid for.
 *
 * @param callId the id of the call that paid for it
 * @param body the provider's response, unchanged
 * @param cost its cost in USD, which a hit saves
 */
public record CachedResponse(String callId, ObjectNode body, BigDecimal cost, Instant created) {
  public CachedResponse {
    if (cost.signum() < 0) {
      throw new IllegalArgumentException("the cost of a response must not be negative");
    }
  }
}
