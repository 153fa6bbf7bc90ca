package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallArchive;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Inserts the calls that the calls table has and the ledger lacks: after a stream was down for
 * longer than its retention of a day, or to rebuild the ledger. It works page by page, since no
 * function runs long enough for all calls.
 */
@Singleton
public class LedgerRepair {
  private static final Logger LOG = Logger.getLogger(LedgerRepair.class);

  private final CallArchive archive;
  private final CostLedger ledger;
  private final Clock clock;

  public LedgerRepair(CallArchive archive, CostLedger ledger, Clock clock) {
    this.archive = archive;
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Continues with a day, or with all days, until the deadline.
   *
   * @param day in UTC; absent for all days
   * @param after the cursor of the previous result
   * @throws CallArchive.InvalidCursorException if {@code after} is not a cursor
   * @throws LedgerUnavailableException if the ledger is unavailable; the same cursor can be retried
   */
  public RepairResult repair(Optional<LocalDate> day, Optional<String> after, Instant deadline) {
    Optional<String> cursor = after;
    long read = 0;
    long inserted = 0;
    long unreadable = 0;
    do {
      CallArchive.Page page =
          day.isPresent() ? archive.readDay(day.get(), cursor) : archive.readAll(cursor);
      page.unreadable()
          .forEach(
              item -> LOG.errorf("Skipped an unreadable call record of the calls table: %s", item));
      unreadable += page.unreadable().size();
      read += page.calls().size();
      inserted += ledger.insert(page.calls());
      cursor = page.next();
    } while (cursor.isPresent() && clock.instant().isBefore(deadline));
    return new RepairResult(read, inserted, unreadable, cursor);
  }

  /**
   * The result of one pass.
   *
   * @param read the number of records in the calls table
   * @param inserted the number of them that the ledger lacked
   * @param unreadable the number of items that are not call records; the log has a line for each
   * @param next the cursor of the next pass; absent at the end
   */
  public record RepairResult(long read, long inserted, long unreadable, Optional<String> next) {}
}
