package dev.tollgate.invocation;

import java.time.Duration;

/** Pauses the current call. */
@FunctionalInterface
interface Sleeper {
  /** More than any sensible limit needs, and too few to overflow. */
  int MAX_DOUBLINGS = 16;

  void sleep(Duration duration);

  /**
   * Sleeps twice as long after each attempt, up to a maximum.
   *
   * @param attempt counted from 0
   */
  default void backOff(int attempt, Duration initial, Duration max) {
    Duration backoff = initial.multipliedBy(1L << Math.min(attempt, MAX_DOUBLINGS));
    sleep(backoff.compareTo(max) < 0 ? backoff : max);
  }
}
