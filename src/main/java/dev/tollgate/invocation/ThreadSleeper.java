package dev.tollgate.invocation;

import jakarta.inject.Singleton;
import java.time.Duration;

/** Sleeps on the current thread. */
@Singleton
class ThreadSleeper implements Sleeper {
  @Override
  public void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a call was interrupted while it waited", e);
    }
  }
}
