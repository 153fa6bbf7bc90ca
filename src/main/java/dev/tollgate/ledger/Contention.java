package dev.tollgate.ledger;

import java.util.concurrent.ThreadLocalRandom;

/** Many writers at one chain, of whom each time one succeeds. */
public final class Contention {
  /**
   * How often to try. With 64 writers at once the last one needs about 64 tries; more means that
   * the store is ill.
   */
  public static final int ATTEMPTS = 300;

  private Contention() {}

  /** Lets others go first, for a random time that grows with the tries. */
  public static void pause(int attempt) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(1, 10L + Math.min(attempt, 20) * 5L));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for other writers", e);
    }
  }
}
