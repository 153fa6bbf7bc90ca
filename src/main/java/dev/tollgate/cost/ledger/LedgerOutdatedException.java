package dev.tollgate.cost.ledger;

/** The ledger has the schema of an older version. The next insert migrates it. */
public final class LedgerOutdatedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LedgerOutdatedException(Throwable cause) {
    super("the cost ledger is not migrated yet: " + cause.getMessage(), cause);
  }
}
