package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecorded;
import dev.tollgate.cost.calls.DeadLetterLog;
import dev.tollgate.event.EventPublisher;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Writes the records of calls into the calls table, or else into the function's log. */
@Singleton
class CallRecorder {
  private static final Logger LOG = Logger.getLogger(CallRecorder.class);

  /**
   * How long a write may take beyond its call's deadline. The gateway waits one second more, and
   * Lambda ends the function another second later. The dead letter must be written by then.
   */
  private static final Duration GRACE_PERIOD = Duration.ofMillis(750);

  private static final Duration MIN_TIMEOUT = Duration.ofMillis(500);
  private static final Duration MAX_TIMEOUT = Duration.ofSeconds(3);

  private final CallLog calls;
  private final DeadLetterLog deadLetters;
  private final EventPublisher events;
  private final Clock clock;

  CallRecorder(CallLog calls, DeadLetterLog deadLetters, EventPublisher events, Clock clock) {
    this.calls = calls;
    this.deadLetters = deadLetters;
    this.events = events;
    this.clock = clock;
  }

  /** Records a call that no budget pays for. */
  void record(CallContext call, CallRecord record) {
    record(call, record, calls);
  }

  /** Records a call with what settles its budgets. */
  void record(CallContext call, CallRecord record, CallLog log) {
    boolean deadLettered = false;
    try {
      log.append(record, timeout(call));
    } catch (CallNotLoggedException e) {
      deadLettered = true;
      LOG.errorf(
          "Failed to record call %s; writing it to this log instead: %s",
          record.id(), e.getCause());
      deadLetters.write(record);
    } finally {
      events.publish(new CallRecorded(record, deadLettered));
    }
  }

  private Duration timeout(CallContext call) {
    Duration left = call.remaining(clock.instant()).plus(GRACE_PERIOD);
    if (left.compareTo(MIN_TIMEOUT) < 0) {
      return MIN_TIMEOUT;
    }
    return left.compareTo(MAX_TIMEOUT) < 0 ? left : MAX_TIMEOUT;
  }
}
