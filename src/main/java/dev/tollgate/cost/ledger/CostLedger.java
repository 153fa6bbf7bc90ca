package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallRecord;
import java.util.Collection;

/** Finance's books: calls by month and daily roll-ups. Can be rebuilt from the call log. */
public interface CostLedger {
  /**
   * Books calls. Calls that are booked already change nothing, so a batch may come again.
   *
   * @return how many were new
   * @throws LedgerUnavailableException if the books cannot be reached; nothing was booked then
   */
  int insert(Collection<CallRecord> calls);

  /**
   * Gives the calls of a user another user id, and the roll-ups too. Who did so is kept, and of
   * whom it was done is not.
   *
   * @param actor the id of the key that did it
   * @throws LedgerUnavailableException if the books cannot be reached
   */
  void pseudonymizeUser(String team, String user, String pseudonym, String actor);

  /**
   * Forgets all calls, to be booked again. What re-pricing did to them is kept.
   *
   * @throws LedgerUnavailableException if the books cannot be reached; nothing is forgotten then
   */
  void clear();
}
