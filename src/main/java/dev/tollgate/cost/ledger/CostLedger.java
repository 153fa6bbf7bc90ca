package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallRecord;
import java.util.Collection;

/** The cost ledger: calls by month, and daily roll-ups. The call log can rebuild it. */
public interface CostLedger {
  /**
   * Inserts calls. A call that the ledger has already changes nothing, so a batch can be repeated.
   *
   * @return the number of new calls
   * @throws LedgerUnavailableException if the ledger is unavailable; nothing was inserted then
   */
  int insert(Collection<CallRecord> calls);

  /**
   * Replaces a user's id by a pseudonym in calls and roll-ups. The ledger stores the actor, but not
   * the user.
   *
   * @param actor the id of the admin's key
   * @throws LedgerUnavailableException if the ledger is unavailable
   */
  void pseudonymizeUser(String team, String user, String pseudonym, String actor);

  /**
   * Deletes all calls before a rebuild. The adjustments of repricing stay.
   *
   * @throws LedgerUnavailableException if the ledger is unavailable; nothing is deleted then
   */
  void clear();
}
