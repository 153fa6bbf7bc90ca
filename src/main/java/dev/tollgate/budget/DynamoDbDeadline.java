package dev.tollgate.budget;

import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * The deadline of an operation on budgets: timeouts of its requests, and backoff between its
 * attempts.
 *
 * <p>The backoff is not a Failsafe policy. It gives up at once if the next pause would end after
 * the deadline, while a policy waits until the deadline first. Each attempt also changes what the
 * next one writes.
 */
record DynamoDbDeadline(Clock clock, Instant time) {
  private static final long INITIAL_BACKOFF_MILLIS = 8;
  private static final int MAX_BACKOFF_DOUBLINGS = 4;

  static DynamoDbDeadline after(Duration timeout, Clock clock) {
    return new DynamoDbDeadline(clock, clock.instant().plus(timeout));
  }

  boolean hasPassed() {
    return !clock.instant().isBefore(time);
  }

  /** Limits a request to the time that is left. The SDK rejects a timeout of zero. */
  AwsRequestOverrideConfiguration requestTimeout() {
    Duration left = Duration.between(clock.instant(), time);
    return AwsRequestOverrideConfiguration.builder()
        .apiCallTimeout(left.isPositive() ? left : Duration.ofMillis(1))
        .build();
  }

  /**
   * Sleeps for a random time whose maximum doubles with the attempts.
   *
   * @param attempts how many attempts were made before the last one
   * @throws BudgetsUnavailableException if the sleep would end after the deadline
   */
  void backOff(int attempts, @Nullable Throwable cause) {
    long millis =
        ThreadLocalRandom.current()
            .nextLong(1, INITIAL_BACKOFF_MILLIS << Math.min(attempts, MAX_BACKOFF_DOUBLINGS));
    if (!clock.instant().plusMillis(millis).isBefore(time)) {
      throw new BudgetsUnavailableException("too many concurrent changes of the budgets", cause);
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BudgetsUnavailableException("interrupted while waiting for other calls", e);
    }
  }

  /** Rethrows errors that a retry cannot mend: an unavailable table, or an invalid request. */
  static void rethrowUnlessTransient(SdkException error) {
    boolean isTransient =
        error instanceof TransactionInProgressException
            || (error instanceof AwsServiceException failure && failure.isThrottlingException());
    if (!isTransient) {
      throw error;
    }
  }
}
