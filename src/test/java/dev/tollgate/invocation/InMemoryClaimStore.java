package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

final class InMemoryClaimStore implements ClaimStore {
  private final Map<IdempotencyKey, Claim> claims = new ConcurrentHashMap<>();

  @Override
  public Claim claim(IdempotencyKey key, Claim mine, Instant now) {
    return claims.merge(key, mine, (held, _) -> now.isBefore(held.expiresAt()) ? held : mine);
  }

  @Override
  public void complete(IdempotencyKey key, String holder, CallId call) {
    claims.computeIfPresent(
        key,
        (_, held) ->
            held.holder().equals(holder)
                ? new Claim(
                    holder,
                    held.requestHash(),
                    held.leaseUntil(),
                    held.expiresAt(),
                    Optional.of(call))
                : held);
  }

  @Override
  public void release(IdempotencyKey key, String holder) {
    claims.computeIfPresent(key, (_, held) -> held.holder().equals(holder) ? null : held);
  }
}
