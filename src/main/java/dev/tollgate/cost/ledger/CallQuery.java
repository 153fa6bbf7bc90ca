package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallId;
import java.util.Optional;
import java.util.Set;

/**
 * Which attempts at calls to read, one by one.
 *
 * @param calls the period, and what they have in common
 * @param keyIds the ids of the keys that asked; empty for any
 * @param callId the one call whose attempts are wanted
 * @param failed whether to read those that got no answer, or those that did
 * @param before the attempt before which to go on
 * @param limit how many to read at most
 */
public record CallQuery(
    CostQuery calls,
    Set<String> keyIds,
    Optional<CallId> callId,
    Optional<Boolean> failed,
    Optional<CallId> before,
    int limit) {
  public CallQuery {
    keyIds = Set.copyOf(keyIds);
  }
}
