package dev.tollgate.invocation;

import java.time.Duration;

/** Lets time go by. */
@FunctionalInterface
interface Pause {
  void take(Duration duration);
}
