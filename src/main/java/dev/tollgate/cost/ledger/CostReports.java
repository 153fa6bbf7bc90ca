package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.ledger.CostReport.Group;
import java.util.Collection;
import java.util.List;

/**
 * Reads the ledger. All of it throws {@link LedgerUnavailableException} if that is out of reach,
 * and {@link LedgerOutdatedException} after an upgrade as long as nothing was booked.
 */
public interface CostReports {
  CostReport report(CostQuery query);

  /**
   * The same calls, told apart by dimensions: in the order of days if that is one of them, else the
   * most expensive first.
   *
   * @param offset how many groups to leave out
   */
  List<Group> groups(CostQuery query, List<Dimension> by, int offset, int limit);

  /** Single attempts, the newest first. */
  List<CallRecord> calls(CallQuery query);

  /** Whether the ledger has all of these attempts. */
  boolean containsAll(Collection<CallId> attempts);
}
