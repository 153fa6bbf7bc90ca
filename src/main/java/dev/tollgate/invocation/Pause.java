package dev.tollgate.invocation;

import java.time.Duration;

/** Lets time go by. */
@FunctionalInterface
interface Pause {
  /** Beyond any longest pause that makes sense, and below what overflows. */
  int MOST_DOUBLINGS = 16;

  void take(Duration duration);

  /**
   * Takes one that is twice as long each time, up to the longest.
   *
   * @param times how many were taken before
   */
  default void growing(int times, Duration first, Duration longest) {
    Duration pause = first.multipliedBy(1L << Math.min(times, MOST_DOUBLINGS));
    take(pause.compareTo(longest) < 0 ? pause : longest);
  }
}
