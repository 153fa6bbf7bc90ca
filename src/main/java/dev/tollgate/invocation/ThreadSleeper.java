package dev.tollgate.invocation;

import jakarta.inject.Singleton;
import java.time.Duration;

/** Pauses the thread. */
@Singleton
class ThreadSleeper implements Sleeper {
  @Override
  public void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a call was waiting", e);
    }
  }
}
