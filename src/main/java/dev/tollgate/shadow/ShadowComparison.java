package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import java.math.BigDecimal;

/**
 * A comparison that was made.
 *
 * @param callId of the call that was served
 * @param answeredBy the call whose answer it was served
 * @param similarity of the two questions
 * @param version of the prompt
 */
public record ShadowComparison(
    CallId callId,
    CallId answeredBy,
    BigDecimal similarity,
    int version,
    ComparisonVerdict verdict) {
  static ShadowComparison of(ShadowRequest shadow, ComparisonVerdict verdict) {
    return new ShadowComparison(
        shadow.callId(), shadow.answeredBy(), shadow.similarity(), shadow.version(), verdict);
  }
}
