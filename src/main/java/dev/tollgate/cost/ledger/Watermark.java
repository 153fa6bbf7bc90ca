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
 * The time until which the ledger is complete. It checks that the ledger has the newest records of
 * each partition of the call log: each partition arrives in its order, so all earlier records are
 * there, too. If one is missing, it checks a minute ago, then two, four and so on, up to a day or
 * to the last known time.
 */
@Singleton
public class Watermark {
  private static final Logger LOG = Logger.getLogger(Watermark.class);
  private static final Duration INITIAL_STEP = Duration.ofMinutes(1);

  /** The retention of the stream. A repair must insert what the stream lost before. */
  private static final Duration MAX_LOOKBACK = Duration.ofDays(1);

  /** A dashboard sends several requests at once. A cached time stays correct. */
  private static final Duration CACHE_TTL = Duration.ofSeconds(2);

  /**
   * A call has the time of its beginning, but is recorded at its end. So a long call is recorded
   * after others that began later. Applications' calls take half a minute at most.
   */
  private static final Duration REORDERING_WINDOW = Duration.ofMinutes(1);

  /** That long after the end of a day, no more records of the day are written. */
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
   * The latest known time for which the ledger has every call that began and was recorded before.
   * Absent if it is more than a day ago, or if the check failed.
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
      // A report without its freshness is better than none.
      LOG.warn("Failed to read the ledger watermark", e);
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
