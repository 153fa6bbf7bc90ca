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
   * @throws CallArchive.NoSuchPlaceException if {@code after} is none
   * @throws LedgerUnavailableException if the ledger cannot be reached; the part can be tried again
   */
  public Repaired repair(Optional<LocalDate> day, Optional<String> after, Instant deadline) {
    Optional<String> place = after;
    long read = 0;
    long booked = 0;
    long unreadable = 0;
    do {
      CallArchive.Part part =
          day.isPresent() ? archive.read(day.get(), place) : archive.readAll(place);
      part.unreadable().forEach(item -> LOG.errorf("left out of the ledger: %s", item));
      unreadable += part.unreadable().size();
      read += part.calls().size();
      booked += ledger.book(part.calls());
      place = part.next();
    } while (place.isPresent() && clock.instant().isBefore(deadline));
    return new Repaired(read, booked, unreadable, place);
  }

  /**
   * What came of a part.
   *
   * @param read how many records the calls table has there
   * @param booked how many of them the ledger lacked
   * @param unreadable how many items are no call records and were left out, with a line in the log
   * @param next where the next part begins; absent at the end
   */
  public record Repaired(long read, long booked, long unreadable, Optional<String> next) {}
}
