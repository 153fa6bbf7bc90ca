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
    return claims.merge(
        key, mine, (current, _) -> now.isBefore(current.expiresAt()) ? current : mine);
  }

  @Override
  public void complete(IdempotencyKey key, String holder, CallId call) {
    claims.computeIfPresent(
        key,
        (_, current) ->
            current.holder().equals(holder)
                ? new Claim(
                    holder,
                    current.requestHash(),
                    current.leaseUntil(),
                    current.expiresAt(),
                    Optional.of(call))
                : current);
  }

  @Override
  public void release(IdempotencyKey key, String holder) {
    claims.computeIfPresent(key, (_, current) -> current.holder().equals(holder) ? null : current);
  }
}
