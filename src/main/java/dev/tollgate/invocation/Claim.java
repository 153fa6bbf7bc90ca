package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallId;
import java.time.Instant;
import java.util.Optional;

/**
 * A claim of an idempotency key by one call.
 *
 * @param holder a random secret of the process that makes the call
 * @param requestHash covers the whole request
 * @param leaseUntil when the call counts as ended, even if its end was never reported
 * @param expiresAt when the key may be used for another call
 * @param callId present once the call is answered
 */
record Claim(
    String holder,
    String requestHash,
    Instant leaseUntil,
    Instant expiresAt,
    Optional<CallId> callId) {

  /** Whether the call is no longer in progress. */
  boolean hasEnded(Instant now) {
    return callId.isPresent() || !now.isBefore(leaseUntil);
  }
}
