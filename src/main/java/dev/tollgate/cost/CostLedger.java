package dev.tollgate.cost;

import java.util.Collection;

/** Finance's books: calls by month and daily roll-ups. Can be rebuilt from the call log. */
public interface CostLedger {
  /**
   * Books calls. Calls that are booked already change nothing, so a batch may come again.
   *
   * @return how many were new
   * @throws LedgerUnavailableException if the books cannot be reached; nothing was booked then
   */
  int book(Collection<CallRecord> calls);
}
