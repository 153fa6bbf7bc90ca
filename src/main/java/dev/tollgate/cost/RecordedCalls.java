package dev.tollgate.cost;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** What the call log tells about how far the ledger has come. */
public interface RecordedCalls {
  /**
   * The newest attempt of a UTC day that was begun before {@code end}, in each part of that day's
   * records. A part reaches the ledger in its order.
   */
  List<CallId> newest(LocalDate day, Instant end);
}
