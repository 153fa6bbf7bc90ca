package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.DeadLetterLog;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Writes down what calls cost: where it belongs, or else into the function's log. */
@Singleton
class Recorder {
  private static final Logger LOG = Logger.getLogger(Recorder.class);

  /**
   * For how long a record may take beyond its call's deadline. The gateway waits a second more, and
   * Lambda ends the function another second later: a record that nobody has taken is spilled
   * before.
   */
  private static final Duration OVERTIME = Duration.ofMillis(750);

  private static final Duration LEAST = Duration.ofMillis(500);
  private static final Duration MOST = Duration.ofSeconds(3);

  private final DeadLetterLog spill;
  private final Clock clock;

  Recorder(DeadLetterLog spill, Clock clock) {
    this.spill = spill;
    this.clock = clock;
  }

  void write(Call call, CallRecord record, CallLog log) {
    try {
      log.append(record, patience(call));
    } catch (CallLog.CallNotLoggedException e) {
      LOG.errorf("%s and goes to this log instead: %s", e.getMessage(), e.getCause());
      spill.write(record);
    }
  }

  private Duration patience(Call call) {
    Duration left = Duration.between(clock.instant(), call.invocation().deadline()).plus(OVERTIME);
    if (left.compareTo(LEAST) < 0) {
      return LEAST;
    }
    return left.compareTo(MOST) < 0 ? left : MOST;
  }
}
