package dev.tollgate.cost.calls;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** All call records in the calls table, from which the ledger can be rebuilt. */
public interface CallArchive {
  /** The days after which a record expires. */
  int RETENTION_DAYS = 400;

  /**
   * Reads the next records of a UTC day.
   *
   * @param after the cursor of the previous page
   * @throws InvalidCursorException if {@code after} is not a cursor
   */
  Page readDay(LocalDate day, Optional<String> after);

  /**
   * Reads the next records of all days, in no particular order.
   *
   * @param after the cursor of the previous page
   * @throws InvalidCursorException if {@code after} is not a cursor
   */
  Page readAll(Optional<String> after);

  /** Adds a record if none has its id, and returns whether it did. */
  boolean restore(CallRecord call);

  /**
   * Replaces a user's id by a pseudonym in the next records.
   *
   * @param after the cursor of the previous page
   * @throws InvalidCursorException if {@code after} is not a cursor
   */
  PseudonymizedPage pseudonymizeUser(
      String team, String user, String pseudonym, Optional<String> after);

  /**
   * A page of records.
   *
   * @param unreadable items that are not call records, with the reason
   * @param next the cursor of the next page; absent at the end
   */
  record Page(List<CallRecord> calls, List<String> unreadable, Optional<String> next) {
    public Page {
      calls = List.copyOf(calls);
      unreadable = List.copyOf(unreadable);
    }
  }

  /**
   * A page of changed records.
   *
   * @param next the cursor of the next page; absent at the end
   */
  record PseudonymizedPage(int calls, Optional<String> next) {}

  /** A cursor that no page returned. */
  final class InvalidCursorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidCursorException(String cursor) {
      super("not a cursor of the calls table: " + cursor);
    }
  }
}
