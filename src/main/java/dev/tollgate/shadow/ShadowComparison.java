package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import java.math.BigDecimal;

/**
 * A completed comparison.
 *
 * @param callId the call that was served from the cache
 * @param answeredBy the call that produced the answer
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
        shadow.callId(),
        shadow.hit().answeredBy(),
        shadow.hit().similarity(),
        shadow.version(),
        verdict);
  }
}
