package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallArchive;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Books what the calls table has and the ledger lacks, after a stream that was down for longer than
 * the day that it keeps, or when the ledger is made anew. Works in parts, since no function runs
 * for long enough to do it all.
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
   * Goes on with a day, or with all days, until the deadline.
   *
   * @param day in UTC; all if none
   * @param after where the part before ended
   * @throws CallArchive.InvalidCursorException if {@code after} is none
   * @throws LedgerUnavailableException if the ledger cannot be reached; the part can be tried again
   */
  public RepairResult repair(Optional<LocalDate> day, Optional<String> after, Instant deadline) {
    Optional<String> cursor = after;
    long read = 0;
    long inserted = 0;
    long unreadable = 0;
    do {
      CallArchive.Page page =
          day.isPresent() ? archive.readDay(day.get(), cursor) : archive.readAll(cursor);
      page.unreadable().forEach(item -> LOG.errorf("left out of the ledger: %s", item));
      unreadable += page.unreadable().size();
      read += page.calls().size();
      inserted += ledger.insert(page.calls());
      cursor = page.next();
    } while (cursor.isPresent() && clock.instant().isBefore(deadline));
    return new RepairResult(read, inserted, unreadable, cursor);
  }

  /**
   * What came of a part.
   *
   * @param read how many records the calls table has there
   * @param inserted how many of them the ledger lacked
   * @param unreadable how many items are no call records and were left out, with a line in the log
   * @param next where the next part begins; absent at the end
   */
  public record RepairResult(long read, long inserted, long unreadable, Optional<String> next) {}
}
