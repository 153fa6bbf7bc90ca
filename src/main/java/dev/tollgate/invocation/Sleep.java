package dev.tollgate.invocation;

import jakarta.inject.Singleton;
import java.time.Duration;

/** Pauses the thread. */
@Singleton
class Sleep implements Pause {
  @Override
  public void take(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a call was waiting", e);
    }
  }
}
