package dev.tollgate.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * An answer that was paid for.
 *
 * @param callId the id of the call that paid
 * @param body the provider's answer as it came
 * @param cost USD that it cost then: what a hit saves
 */
public record CachedResponse(String callId, ObjectNode body, BigDecimal cost, Instant created) {
  public CachedResponse {
    if (cost.signum() < 0) {
      throw new IllegalArgumentException("an answer cannot have cost less than nothing");
    }
  }
}
