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
  private static final Duration INITIAL_BACKOFF = Duration.ofMillis(200);
  private static final int MAX_ERROR_LENGTH = 300;
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

  private final StreamSource source;
  private final Consumer<String> checkpoint;
  private final BatchHandler handler;

  /**
   * Makes a delivery.
   *
   * @param checkpoint receives the sequence number up to which all records are done
   */
  BatchDelivery(StreamSource source, BatchHandler handler, Consumer<String> checkpoint) {
    this.source = source;
    this.handler = handler;
    this.checkpoint = checkpoint;
  }

  /** Invokes the function. */
  @FunctionalInterface
  interface BatchHandler {
    InvocationResult invoke(byte[] event) throws InterruptedException;
  }

  void deliver(StreamBatch batch) throws InterruptedException {
    StreamBatch rest = batch;
    Duration backoff = INITIAL_BACKOFF;
    int retries = 0;
    while (true) {
      InvocationResult result = handler.invoke(rest.event());
      int done = rest.countProcessed(result, source.reportsItemFailures());
      if (done > 0) {
        checkpoint.accept(rest.slice(0, done).lastSequenceNumber());
      }
      if (done == rest.size()) {
        return;
      }
      if (done > 0) {
        backoff = INITIAL_BACKOFF;
        retries = 0;
        rest = rest.slice(done, rest.size());
      }
      LOG.log(
          Level.WARNING,
          "{0} records of {1} failed: {2}",
          rest.size(),
          source.table(),
          abbreviate(result.text()));
      // Halving does not count as a retry.
      boolean bisect = source.bisectOnError() && rest.size() > 1 && done == 0;
      if (!bisect
          && source.maximumRetries().isPresent()
          && retries >= source.maximumRetries().get()) {
        LOG.log(Level.ERROR, "Gave up {0} records of {1}", rest.size(), source.table());
        checkpoint.accept(rest.lastSequenceNumber());
        return;
      }
      Thread.sleep(backoff);
      if (bisect) {
        int middle = rest.size() / 2;
        deliver(rest.slice(0, middle));
        deliver(rest.slice(middle, rest.size()));
        return;
      }
      retries++;
      Duration doubled = backoff.multipliedBy(2);
      backoff = doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
    }
  }

  /** An error without its stack trace, which the function's own log has. */
  private static String abbreviate(String error) {
    return error.length() > MAX_ERROR_LENGTH ? error.substring(0, MAX_ERROR_LENGTH) + "..." : error;
  }
}
