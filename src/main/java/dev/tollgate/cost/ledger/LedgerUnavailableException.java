package dev.tollgate.cost.ledger;

/** PostgreSQL, which keeps the ledger, cannot be reached or did not do what it was asked. */
public final class LedgerUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LedgerUnavailableException(Throwable cause) {
    super("the cost ledger does not answer: " + cause.getMessage(), cause);
  }
}
