package dev.tollgate.cost;

import java.time.LocalDate;

/** Reads the ledger. */
public interface CostReports {
  /**
   * Reports the UTC days from {@code from} to {@code to}, both included.
   *
   * @throws LedgerUnavailableException if the ledger cannot be reached
   */
  CostReport report(LocalDate from, LocalDate to);
}
