package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.RecordedCalls;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Tells how far the ledger has come, by looking up in it what the call log has. A part of the log
 * whose newest records are booked has nothing left to book, since each part is booked in its order.
 * If one is not, the same is asked of a minute ago, of two, of four, up to a day, or up to what is
 * known from before.
 */
@Singleton
public class Watermark {
  private static final Logger LOG = Logger.getLogger(Watermark.class);
  private static final Duration INITIAL_STEP = Duration.ofMinutes(1);

  /** What the stream has lost by then must be booked by other means. */
  private static final Duration MAX_LOOKBACK = Duration.ofDays(1);

  /** A dashboard asks several times at once, and the answer stays true. */
  private static final Duration CACHE_TTL = Duration.ofSeconds(2);

  /**
   * A call has the time of its beginning and is recorded at its end, so that one that takes long is
   * recorded after others that began later. Applications' calls take half a minute at most.
   */
  private static final Duration REORDERING_WINDOW = Duration.ofMinutes(1);

  /** So long after its end, no more records are written for a day. */
  private static final Duration MAX_CALL_DURATION = Duration.ofMinutes(15);

  private final RecordedCalls recorded;
  private final CostReports reports;
  private volatile Instant knownUntil = Instant.MIN;
  private volatile LocalDate completeDay = LocalDate.MIN;

  Watermark(RecordedCalls recorded, CostReports reports) {
    this.recorded = recorded;
    this.reports = reports;
  }

  /**
   * The last moment of which is known that every call begun and recorded until then is in the
   * ledger; absent if it is more than a day ago or could not be found out.
   */
  public Optional<Instant> completeUntil(Instant now) {
    if (knownUntil.isAfter(now.minus(CACHE_TTL))) {
      return Optional.of(knownUntil);
    }
    try {
      for (Duration ago = Duration.ZERO; ago.compareTo(MAX_LOOKBACK) < 0; ago = next(ago)) {
        Instant moment = now.minus(ago).truncatedTo(ChronoUnit.MILLIS);
        if (moment.isAfter(knownUntil) && isComplete(moment)) {
          knownUntil = moment;
        }
        if (!moment.isAfter(knownUntil)) {
          return Optional.of(knownUntil);
        }
      }
    } catch (RuntimeException e) {
      // The figures are what was asked for; how fresh they are is said beside them.
      LOG.warn("it could not be found out how far the ledger has come", e);
    }
    return Optional.empty();
  }

  private static Duration next(Duration ago) {
    return ago.isZero() ? INITIAL_STEP : ago.multipliedBy(2);
  }

  private boolean isComplete(Instant moment) {
    LocalDate day = moment.atOffset(ZoneOffset.UTC).toLocalDate();
    LocalDate before = day.minusDays(1);
    if (!isComplete(day, moment) || !(before.equals(completeDay) || isComplete(before, moment))) {
      return false;
    }
    if (moment.isAfter(day.atStartOfDay(ZoneOffset.UTC).toInstant().plus(MAX_CALL_DURATION))) {
      completeDay = before;
    }
    return true;
  }

  private boolean isComplete(LocalDate day, Instant end) {
    List<CallId> newest = recorded.findNewest(day, end, REORDERING_WINDOW);
    return newest.isEmpty() || reports.containsAll(newest);
  }
}
