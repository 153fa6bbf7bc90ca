package dev.tollgate.audit;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Retries of conditional writes: of many writers at one chain, one succeeds each time. */
public final class OptimisticRetry {
  /** With 64 concurrent writers the last one needs about 64 attempts. */
  private static final int MAX_ATTEMPTS = 300;

  private static final int INITIAL_BACKOFF_MILLIS = 10;
  private static final int BACKOFF_STEP_MILLIS = 5;
  private static final int MAX_BACKOFF_STEPS = 20;

  private OptimisticRetry() {}

  /**
   * Repeats an attempt until it has an outcome.
   *
   * @param subject what all writers change, for the error
   * @param attempt reads, decides and writes; empty if another writer was faster
   */
  public static <T> T execute(String subject, Supplier<Optional<T>> attempt) {
    // Not a constant: Failsafe's classes are initialised at run time in a native image.
    RetryPolicy<Optional<T>> policy =
        RetryPolicy.<Optional<T>>builder()
            .handleIf((outcome, error) -> error == null && outcome.isEmpty())
            .withMaxAttempts(MAX_ATTEMPTS)
            .withDelayFn(execution -> backoff(execution.getAttemptCount() - 1))
            .build();
    try {
      return Failsafe.with(policy)
          .get(attempt::get)
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "too many concurrent changes of %s; retry".formatted(subject)));
    } catch (FailsafeException e) {
      throw new IllegalStateException("interrupted while waiting for other writers", e);
    }
  }

  /** A random time whose maximum grows with the attempts. */
  private static Duration backoff(int retries) {
    int max = INITIAL_BACKOFF_MILLIS + Math.min(retries, MAX_BACKOFF_STEPS) * BACKOFF_STEP_MILLIS;
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, max));
  }
}
