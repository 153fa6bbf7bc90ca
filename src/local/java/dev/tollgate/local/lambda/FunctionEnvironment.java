package dev.tollgate.local.lambda;

import dev.tollgate.local.template.FunctionDefinition;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One process that runs a function. It takes an invocation at a time: the first request for work
 * says that it is ready, each answer that it is free again.
 */
final class FunctionEnvironment {
  private static final Logger LOG = System.getLogger(FunctionEnvironment.class.getName());

  private final FunctionDefinition function;
  private final Duration timeout;
  private final CompletableFuture<Readiness> readiness = new CompletableFuture<>();
  private final RuntimeApi runtimeApi;
  private volatile @Nullable Process process;
  private @Nullable Invocation offered;
  private @Nullable Invocation current;
  private boolean exited;

  private FunctionEnvironment(FunctionDefinition function, Duration timeout) throws IOException {
    this.function = function;
    this.timeout = timeout;
    this.runtimeApi = RuntimeApi.start(this);
  }

  sealed interface Readiness {
    record Ready() implements Readiness {}

    /** The process said why it cannot serve. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record InitializationFailed(byte[] error) implements Readiness {}

    record Exited(int exitCode) implements Readiness {}
  }

  /** An invocation that the runtime has taken, and the time until which it may run. */
  record Work(Invocation invocation, Instant deadline) {}

  static FunctionEnvironment start(
      FunctionDefinition function,
      String name,
      EnvironmentCommand command,
      ProcessStarter processes)
      throws IOException {
    FunctionEnvironment environment =
        new FunctionEnvironment(function, command.timeout(function, function.timeout()));
    try {
      Process process =
          processes.start(name, command.build(function, name, environment.runtimeApi.address()));
      environment.attach(process);
    } catch (IOException e) {
      environment.runtimeApi.close();
      throw e;
    }
    return environment;
  }

  private void attach(Process started) {
    process = started;
    // Not on the reaper's thread: what follows takes locks and closes a server.
    CompletableFuture<Void> unused =
        started
            .onExit()
            .thenAcceptAsync(
                exited -> handleExit(exited.exitValue()), task -> Thread.ofVirtual().start(task));
  }

  FunctionDefinition function() {
    return function;
  }

  /** Waits until the process asks for work; empty when it has not by {@code limit}. */
  Optional<Readiness> awaitReady(Duration limit) throws InterruptedException {
    try {
      return Optional.of(readiness.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new AssertionError("readiness never fails", e);
    }
  }

  /**
   * Hands {@code invocation} to the process. Its outcome is always completed outside this object's
   * lock, since a waiting caller may call back.
   */
  void offer(Invocation invocation) {
    if (!accept(invocation)) {
      invocation.markNotTaken();
    }
  }

  private synchronized boolean accept(Invocation invocation) {
    if (exited) {
      return false;
    }
    offered = invocation;
    notifyAll();
    return true;
  }

  /** Returns the next work for the runtime, when there is some; empty when there will be none. */
  Optional<Work> next() throws InterruptedException {
    readiness.complete(new Readiness.Ready());
    take(null)
        .ifPresent(unanswered -> unanswered.fail(FunctionError.exited(unanswered.requestId(), 0)));
    return awaitOffer()
        .map(
            invocation -> {
              Instant deadline = Instant.now().plus(timeout);
              Thread.ofVirtual().start(() -> enforceTimeout(invocation));
              return new Work(invocation, deadline);
            });
  }

  private synchronized Optional<Invocation> awaitOffer() throws InterruptedException {
    while (offered == null && !exited) {
      wait();
    }
    if (exited) {
      return Optional.empty();
    }
    current = offered;
    offered = null;
    return Optional.ofNullable(current);
  }

  private void enforceTimeout(Invocation invocation) {
    try {
      invocation.outcome().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (take(invocation.requestId()).isPresent()) {
        LOG.log(Level.WARNING, "{0} timed out after {1}", function.functionName(), timeout);
        // First the process, so that no caller gets this environment once the outcome is known.
        kill();
        invocation.fail(FunctionError.timedOut(invocation.requestId(), timeout));
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("this wait is never interrupted or failed", e);
    }
  }

  /** Takes the runtime's answer; false when it answers something it does not work on. */
  boolean respond(String requestId, byte[] answer) {
    Optional<Invocation> answered = take(requestId);
    answered.ifPresent(
        invocation -> {
          if (answer.length > PayloadLimits.SYNCHRONOUS) {
            invocation.fail(FunctionError.responseTooLarge(PayloadLimits.SYNCHRONOUS));
          } else {
            invocation.succeed(answer);
          }
        });
    return answered.isPresent();
  }

  boolean fail(String requestId, byte[] error) {
    Optional<Invocation> failed = take(requestId);
    failed.ifPresent(invocation -> invocation.fail(error));
    return failed.isPresent();
  }

  void failInitialisation(byte[] error) {
    readiness.complete(new Readiness.InitializationFailed(error));
  }

  /** Takes the work in progress away from the process, if it is this one; null for any. */
  private synchronized Optional<Invocation> take(@Nullable String requestId) {
    Invocation invocation = current;
    if (invocation == null || (requestId != null && !invocation.requestId().equals(requestId))) {
      return Optional.empty();
    }
    current = null;
    return Optional.of(invocation);
  }

  private void handleExit(int exitCode) {
    readiness.complete(new Readiness.Exited(exitCode));
    rejectOffers().ifPresent(Invocation::markNotTaken);
    take(null)
        .ifPresent(running -> running.fail(FunctionError.exited(running.requestId(), exitCode)));
    runtimeApi.close();
  }

  private synchronized Optional<Invocation> rejectOffers() {
    exited = true;
    Invocation waiting = offered;
    offered = null;
    notifyAll();
    return Optional.ofNullable(waiting);
  }

  boolean isAlive() {
    return process().isAlive();
  }

  long pid() {
    return process().pid();
  }

  /** Ends the process at once and waits until it is gone. */
  void kill() {
    Process doomed = process();
    doomed.destroyForcibly();
    doomed.onExit().join();
  }

  private Process process() {
    Process started = process;
    if (started == null) {
      throw new IllegalStateException("This environment has no process yet");
    }
    return started;
  }
}
