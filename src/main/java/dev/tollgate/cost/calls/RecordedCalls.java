package dev.tollgate.cost.calls;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** What the call log tells about how far the ledger has come. */
public interface RecordedCalls {
  /**
   * The attempts of a UTC day that were begun before {@code end} and may have been recorded last:
   * in each part of that day's records the newest, and those begun at most {@code span} before it.
   * A part reaches the ledger in the order in which it was recorded.
   */
  List<CallId> findNewest(LocalDate day, Instant end, Duration span);
}
