package dev.tollgate.invocation;

import java.time.Duration;

/** Lets time go by. */
@FunctionalInterface
interface Sleeper {
  /** Beyond any longest pause that makes sense, and below what overflows. */
  int MAX_DOUBLINGS = 16;

  void sleep(Duration duration);

  /**
   * Takes one that is twice as long each time, up to the longest.
   *
   * @param times how many were taken before
   */
  default void backOff(int times, Duration first, Duration longest) {
    Duration pause = first.multipliedBy(1L << Math.min(times, MAX_DOUBLINGS));
    sleep(pause.compareTo(longest) < 0 ? pause : longest);
  }
}
