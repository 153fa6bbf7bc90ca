package dev.tollgate.cost.calls;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** All call records, as the calls table keeps them: what the ledger can be rebuilt from. */
public interface CallArchive {
  /** How many days a record is kept. */
  int RETENTION_DAYS = 400;

  /**
   * Reads the next records of a UTC day.
   *
   * @param after where the part before ended
   * @throws InvalidCursorException if {@code after} is none
   */
  Page readDay(LocalDate day, Optional<String> after);

  /**
   * Reads the next of all records, in no particular order.
   *
   * @param after where the part before ended
   * @throws InvalidCursorException if {@code after} is none
   */
  Page readAll(Optional<String> after);

  /** Adds a record, if there is none with its id. Says whether it did. */
  boolean restore(CallRecord call);

  /**
   * Gives those of the next records that are a user's another user id.
   *
   * @param after where the part before ended
   * @throws InvalidCursorException if {@code after} is none
   */
  PseudonymizedPage pseudonymizeUser(
      String team, String user, String pseudonym, Optional<String> after);

  /**
   * Some records.
   *
   * @param unreadable items that are no call records, with the reason
   * @param next where the next part begins; absent at the end
   */
  record Page(List<CallRecord> calls, List<String> unreadable, Optional<String> next) {
    public Page {
      calls = List.copyOf(calls);
      unreadable = List.copyOf(unreadable);
    }
  }

  /**
   * What came of a part.
   *
   * @param next where the next part begins; absent at the end
   */
  record PseudonymizedPage(int calls, Optional<String> next) {}

  /** A place to go on from that nobody was told. */
  final class InvalidCursorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidCursorException(String place) {
      super("no place in the calls table: " + place);
    }
  }
}
