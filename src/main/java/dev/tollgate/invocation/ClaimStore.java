package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallId;
import java.time.Instant;

/** Stores claims of idempotency keys. Of concurrent claims of one key, exactly one succeeds. */
interface ClaimStore {
  /**
   * Claims a key, unless another claim holds it.
   *
   * @return the claim that holds the key now: {@code mine} or another
   */
  Claim claim(IdempotencyKey key, Claim mine, Instant now);

  /** Marks the holder's call as answered. Does nothing if another claim holds the key. */
  void complete(IdempotencyKey key, String holder, CallId call);

  /** Releases the key. Does nothing if another claim holds it. */
  void release(IdempotencyKey key, String holder);
}
