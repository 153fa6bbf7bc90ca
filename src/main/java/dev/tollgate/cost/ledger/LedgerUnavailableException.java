package dev.tollgate.cost.ledger;

/** The PostgreSQL of the ledger is unreachable, or failed. */
public final class LedgerUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LedgerUnavailableException(Throwable cause) {
    super("the cost ledger is unavailable: " + cause.getMessage(), cause);
  }
}
