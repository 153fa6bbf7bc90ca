package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallId;
import java.time.Instant;

/** Keeps which idempotency key was taken for which call. Of many who claim one, one gets it. */
interface ClaimStore {
  /**
   * Claims a key, unless it is taken.
   *
   * @return the claim that holds, which is {@code mine} or that of another
   */
  Claim claim(IdempotencyKey key, Claim mine, Instant now);

  /** Says that the holder's call has its answer. Nothing happens if another holds the key. */
  void complete(IdempotencyKey key, String holder, CallId call);

  /** Gives the key back. Nothing happens if another holds it. */
  void release(IdempotencyKey key, String holder);
}
