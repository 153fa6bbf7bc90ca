package dev.tollgate.audit;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Many writers at one chain, of whom each time one succeeds. */
public final class OptimisticRetry {
  /**
   * How often to try. With 64 writers at once the last one needs about 64 tries; more means that
   * the store is ill.
   */
  public static final int MAX_ATTEMPTS = 300;

  private OptimisticRetry() {}

  /**
   * Tries until nobody else wrote in between.
   *
   * @param subject what all of them change, for the error
   * @param attempt looks, decides and writes; nothing if somebody else was faster
   */
  public static <T> T execute(String subject, Supplier<Optional<T>> attempt) {
    for (int tries = 0; tries < MAX_ATTEMPTS; tries++) {
      Optional<T> outcome = attempt.get();
      if (outcome.isPresent()) {
        return outcome.get();
      }
      backOff(tries);
    }
    throw new IllegalStateException(
        "too many writers change %s at once: try again".formatted(subject));
  }

  /** Lets others go first, for a random time that grows with the tries. */
  public static void backOff(int attempt) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(1, 10L + Math.min(attempt, 20) * 5L));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for other writers", e);
    }
  }
}
