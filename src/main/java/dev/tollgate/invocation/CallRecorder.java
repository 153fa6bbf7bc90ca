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
class CallRecorder {
  private static final Logger LOG = Logger.getLogger(CallRecorder.class);

  /**
   * For how long a record may take beyond its call's deadline. The gateway waits a second more, and
   * Lambda ends the function another second later: a record that nobody has taken is spilled
   * before.
   */
  private static final Duration GRACE_PERIOD = Duration.ofMillis(750);

  private static final Duration MIN_TIMEOUT = Duration.ofMillis(500);
  private static final Duration MAX_TIMEOUT = Duration.ofSeconds(3);

  private final DeadLetterLog spill;
  private final Clock clock;

  CallRecorder(DeadLetterLog spill, Clock clock) {
    this.spill = spill;
    this.clock = clock;
  }

  void record(CallContext call, CallRecord record, CallLog log) {
    try {
      log.append(record, timeout(call));
    } catch (CallLog.CallNotLoggedException e) {
      LOG.errorf("%s and goes to this log instead: %s", e.getMessage(), e.getCause());
      spill.write(record);
    }
  }

  private Duration timeout(CallContext call) {
    Duration left =
        Duration.between(clock.instant(), call.invocation().deadline()).plus(GRACE_PERIOD);
    if (left.compareTo(MIN_TIMEOUT) < 0) {
      return MIN_TIMEOUT;
    }
    return left.compareTo(MAX_TIMEOUT) < 0 ? left : MAX_TIMEOUT;
  }
}
