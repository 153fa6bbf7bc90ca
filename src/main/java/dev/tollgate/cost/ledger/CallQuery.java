package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallId;
import java.util.Optional;
import java.util.Set;

/**
 * A query for single attempts.
 *
 * @param calls the period and the filter
 * @param keyIds the ids of the calling keys; empty for any
 * @param callId selects the attempts of one call
 * @param failed selects failed attempts, or successful ones
 * @param before the last attempt of the previous page
 * @param limit the largest number of attempts
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
