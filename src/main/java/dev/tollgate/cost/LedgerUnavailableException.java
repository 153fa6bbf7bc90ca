package dev.tollgate.cost;

/** PostgreSQL, which keeps the ledger, cannot be reached or did not answer. */
public final class LedgerUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LedgerUnavailableException(Throwable cause) {
    super("the cost ledger cannot be reached: " + cause.getMessage(), cause);
  }
}
