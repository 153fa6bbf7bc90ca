package dev.tollgate.function.metrics;

import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.time.Duration;

/** Measures the calls that no budget pays for. */
@Decorator
@Priority(1)
public class MeasuredCallLog implements CallLog {
  private final CallLog log;
  private final RecordedCallMetrics metrics;

  @Inject
  public MeasuredCallLog(@Delegate @Any CallLog log, RecordedCallMetrics metrics) {
    this.log = log;
    this.metrics = metrics;
  }

  @Override
  public void append(CallRecord call, Duration patience) {
    metrics.measure(call, () -> log.append(call, patience));
  }
}
