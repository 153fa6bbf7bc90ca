package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import java.util.Collection;
import java.util.List;

/** The ledger before the first call. */
public final class EmptyLedger implements CostReports {
  @Override
  public CostReport report(CostQuery query) {
    return CostReport.empty(query);
  }

  @Override
  public List<CostReport.Group> groups(CostQuery query, List<Dimension> by, int offset, int limit) {
    return List.of();
  }

  @Override
  public List<CallRecord> calls(CallQuery query) {
    return List.of();
  }

  @Override
  public boolean containsAll(Collection<CallId> attempts) {
    return attempts.isEmpty();
  }

  /** How far it has come, when no call was recorded either. */
  public Watermark watermark() {
    return new Watermark((_, _, _) -> List.of(), this);
  }
}
