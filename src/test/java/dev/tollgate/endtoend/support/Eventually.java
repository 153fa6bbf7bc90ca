package dev.tollgate.endtoend.support;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Waits for asynchronous results, such as ledger entries. */
public final class Eventually {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long POLL_INTERVAL_MILLIS = 100;

  private Eventually() {}

  /** The first value that matches, or the last one after a minute. */
  public static <T> T get(Callable<T> source, Predicate<T> wanted) throws Exception {
    Instant end = Instant.now().plus(TIMEOUT);
    T value = source.call();
    while (!wanted.test(value) && Instant.now().isBefore(end)) {
      Thread.sleep(POLL_INTERVAL_MILLIS);
      value = source.call();
    }
    return value;
  }
}
