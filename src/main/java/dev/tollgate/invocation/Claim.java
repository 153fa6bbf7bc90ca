package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallId;
import java.time.Instant;
import java.util.Optional;

/**
 * That a key was taken for a call.
 *
 * @param holder random, and known to none but who took the key
 * @param requestHash the hash of all that was asked
 * @param leaseUntil when the call has ended in any case, whether or not anybody says so
 * @param expiresAt when the key is forgotten
 * @param callId the call, once it has its answer
 */
record Claim(
    String holder,
    String requestHash,
    Instant leaseUntil,
    Instant expiresAt,
    Optional<CallId> callId) {

  /** Whether nothing more will come of the call. */
  boolean hasEnded(Instant now) {
    return callId.isPresent() || !now.isBefore(leaseUntil);
  }
}
