package dev.tollgate.local.stream;

import dev.tollgate.local.lambda.InvocationResult;
import dev.tollgate.local.template.StreamSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Has a function work through a batch, trying again until it has. Failed batches hold up the shard,
 * as in AWS: order matters more than progress.
 */
final class BatchDelivery {
  private static final Logger LOG = System.getLogger(BatchDelivery.class.getName());
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final int LONGEST_ERROR = 300;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final StreamSource source;
  private final Consumer<String> progress;
  private final Call function;

  /**
   * Makes a delivery.
   *
   * @param progress is told the sequence number up to which all is done
   */
  BatchDelivery(StreamSource source, Call function, Consumer<String> progress) {
    this.source = source;
    this.function = function;
    this.progress = progress;
  }

  /** Invokes the function. */
  @FunctionalInterface
  interface Call {
    InvocationResult invoke(byte[] event) throws InterruptedException;
  }

  void deliver(StreamBatch batch) throws InterruptedException {
    StreamBatch rest = batch;
    Duration wait = FIRST_WAIT;
    int retries = 0;
    while (true) {
      InvocationResult result = function.invoke(rest.event());
      int done = rest.done(result, source.reportsItemFailures());
      if (done > 0) {
        progress.accept(rest.part(0, done).lastSequenceNumber());
      }
      if (done == rest.size()) {
        return;
      }
      if (done > 0) {
        wait = FIRST_WAIT;
        retries = 0;
        rest = rest.part(done, rest.size());
      }
      LOG.log(
          Level.WARNING,
          "{0} records of {1} failed: {2}",
          rest.size(),
          source.table(),
          brief(result.text()));
      // Halving does not count as a retry.
      boolean bisect = source.bisectOnError() && rest.size() > 1 && done == 0;
      if (!bisect
          && source.maximumRetries().isPresent()
          && retries >= source.maximumRetries().get()) {
        LOG.log(Level.ERROR, "Gave up {0} records of {1}", rest.size(), source.table());
        progress.accept(rest.lastSequenceNumber());
        return;
      }
      Thread.sleep(wait);
      if (bisect) {
        int middle = rest.size() / 2;
        deliver(rest.part(0, middle));
        deliver(rest.part(middle, rest.size()));
        return;
      }
      retries++;
      Duration doubled = wait.multipliedBy(2);
      wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    }
  }

  /** An error without its stack trace, which the function's own log has. */
  private static String brief(String error) {
    return error.length() > LONGEST_ERROR ? error.substring(0, LONGEST_ERROR) + "..." : error;
  }
}
