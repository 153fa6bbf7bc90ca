package dev.tollgate.cost.calls;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** The newest attempts in the call log, which show how complete the ledger is. */
public interface RecordedCalls {
  /**
   * Finds the attempts of a UTC day that began before {@code end} and may have been recorded last.
   * In each partition of the day these are the newest attempt, and those that began at most {@code
   * span} before it. The ledger receives a partition in the order of its writes.
   */
  List<CallId> findNewest(LocalDate day, Instant end, Duration span);
}
