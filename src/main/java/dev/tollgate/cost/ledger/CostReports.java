package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.ledger.CostReport.Group;
import java.util.Collection;
import java.util.List;

/**
 * Reads the ledger. Every method throws {@link LedgerUnavailableException} if the ledger is
 * unavailable, and {@link LedgerOutdatedException} after an upgrade until the next insert.
 */
public interface CostReports {
  CostReport report(CostQuery query);

  /**
   * Groups calls by dimensions. Days come in their order, all other groups by falling cost.
   *
   * @param offset the number of groups to skip
   */
  List<Group> groups(CostQuery query, List<Dimension> by, int offset, int limit);

  /** Lists single attempts, the newest first. */
  List<CallRecord> calls(CallQuery query);

  /** Whether the ledger has all of these attempts. */
  boolean containsAll(Collection<CallId> attempts);
}
