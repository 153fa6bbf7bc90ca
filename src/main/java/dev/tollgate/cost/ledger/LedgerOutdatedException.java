package dev.tollgate.cost.ledger;

/** PostgreSQL keeps the ledger as an older version made it: its next change migrates it. */
public final class LedgerOutdatedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LedgerOutdatedException(Throwable cause) {
    super("the cost ledger was not migrated yet: " + cause.getMessage(), cause);
  }
}
