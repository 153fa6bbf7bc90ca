package dev.tollgate.local.lambda;

import dev.tollgate.local.template.EventInvokeConfig;
import dev.tollgate.local.template.FunctionDefinition;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Lambda's queue of events: tries each until it succeeds or its retries are used up. */
final class AsynchronousInvocations implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AsynchronousInvocations.class.getName());

  // Lambda waits one and two minutes.
  private static final Duration INITIAL_BACKOFF = Duration.ofSeconds(1);

  private final Attempt attempt;
  private final FailureRecords failures;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  AsynchronousInvocations(Attempt attempt, FailureRecords failures) {
    this.attempt = attempt;
    this.failures = failures;
  }

  /** Runs a function once. */
  @FunctionalInterface
  interface Attempt {
    InvocationResult run(FunctionDefinition function, String requestId, byte[] payload)
        throws InterruptedException;
  }

  void enqueue(FunctionDefinition function, String requestId, byte[] payload) {
    threads.execute(() -> run(function, requestId, payload));
  }

  private void run(FunctionDefinition function, String requestId, byte[] payload) {
    try {
      EventInvokeConfig config = function.eventInvokeConfig();
      InvocationResult result = attempt.run(function, requestId, payload);
      int attempts = 1;
      while (result instanceof InvocationResult.Failed && attempts <= config.maximumRetries()) {
        Thread.sleep(INITIAL_BACKOFF.multipliedBy(attempts));
        result = attempt.run(function, requestId, payload);
        attempts++;
      }
      if (result instanceof InvocationResult.Failed failed) {
        giveUp(function, payload, attempts, failed, config);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, () -> function.functionName() + " lost event " + requestId, e);
    }
  }

  private void giveUp(
      FunctionDefinition function,
      byte[] payload,
      int attempts,
      InvocationResult.Failed result,
      EventInvokeConfig config)
      throws IOException {
    LOG.log(
        Level.WARNING,
        "{0} failed {1} times on event {2}: {3}",
        function.functionName(),
        attempts,
        result.requestId(),
        result.text());
    if (config.recordsFailure()) {
      failures.add(function, payload, attempts, result);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
