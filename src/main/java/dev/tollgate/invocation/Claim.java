package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallId;
import java.time.Instant;
import java.util.Optional;

/**
 * That a key was taken for a call.
 *
 * @param holder random, and known to none but who took the key
 * @param request the hash of all that was asked
 * @param lease when the call has ended in any case, whether or not anybody says so
 * @param expires when the key is forgotten
 * @param call the call, once it has its answer
 */
record Claim(String holder, String request, Instant lease, Instant expires, Optional<CallId> call) {

  /** Whether nothing more will come of the call. */
  boolean hasEnded(Instant now) {
    return call.isPresent() || !now.isBefore(lease);
  }
}
