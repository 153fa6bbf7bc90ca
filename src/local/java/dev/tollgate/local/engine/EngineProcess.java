package dev.tollgate.local.engine;

import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.local.process.InheritedVariables;
import dev.tollgate.local.process.TerminationSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An engine as a child process: started on a free port, awaited until it answers, stopped, started
 * again on the same port.
 */
final class EngineProcess {
  private static final Logger LOG = System.getLogger(EngineProcess.class.getName());
  private static final Duration EXIT_REPORT_DELAY = Duration.ofSeconds(1);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
  private static final int MAX_PORT_TRIES = 5;

  /**
   * What an engine is to this class.
   *
   * @param title what messages call it
   * @param name names its log
   * @param command makes the command that listens on a port
   */
  record EngineSpec(
      String title,
      String name,
      TerminationSignal endSignal,
      IntFunction<ProcessBuilder> command,
      Probe probe) {}

  /** Asks a starting engine whether it is ready. */
  @FunctionalInterface
  interface Probe {
    /**
     * Returns whether this very process answered, not one that took the port before it. An
     * exception means "not yet".
     */
    boolean isReady(Process process, int port, LogTail log)
        throws IOException, SQLException, InterruptedException;
  }

  private final ChildProcesses children;
  private final EngineSpec spec;
  private final int port;
  private Process process;
  private boolean stopped;

  private EngineProcess(ChildProcesses children, EngineSpec spec, int port, Process process) {
    this.children = children;
    this.spec = spec;
    this.port = port;
    this.process = process;
    watch(process);
  }

  static EngineProcess start(ChildProcesses children, EngineSpec plan)
      throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      int port = FreePort.pick();
      try {
        return new EngineProcess(children, plan, port, launch(children, plan, port));
      } catch (EngineStartException e) {
        if (!e.isRetryable() || tries == MAX_PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  int port() {
    return port;
  }

  synchronized void stop() {
    stopped = true;
    children.terminate(process);
  }

  /** Ends it as a power failure would, until {@link #restart}. */
  synchronized void kill() throws InterruptedException {
    stopped = true;
    process.destroyForcibly().waitFor();
  }

  /** Stops it if it runs, and starts it where clients expect it. */
  synchronized void restart() {
    try {
      relaunch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + spec.title() + " starts", e);
    }
  }

  private void relaunch() throws IOException, InterruptedException {
    stop();
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (true) {
      try {
        process = launch(children, spec, port);
        stopped = false;
        watch(process);
        return;
      } catch (EngineStartException e) {
        if (!e.isRetryable() || System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(POLL_INTERVAL);
      }
    }
  }

  /** Reports an unexpected exit, after the time that Ctrl-C, which ends all, may take. */
  private void watch(Process watched) {
    var later =
        CompletableFuture.delayedExecutor(
            EXIT_REPORT_DELAY.toMillis(),
            TimeUnit.MILLISECONDS,
            task -> Thread.ofVirtual().start(task));
    var _ = watched.onExit().thenRunAsync(() -> reportUnexpectedExit(watched), later);
  }

  private synchronized void reportUnexpectedExit(Process ended) {
    if (ended == process && !stopped && !children.isShuttingDown()) {
      LOG.log(Level.WARNING, "{0} ended by itself: restart make run", spec.title());
    }
  }

  private static Process launch(ChildProcesses children, EngineSpec plan, int port)
      throws IOException, InterruptedException {
    ProcessBuilder command = InheritedVariables.restrict(plan.command().apply(port));
    command.environment().put("LC_ALL", "C"); // the messages that we look for are English
    Path log = children.log(plan.name());
    long logStart = LogTail.end(log);
    Process process = children.start(plan.name(), command, plan.endSignal());
    try {
      awaitReady(plan, port, process, log, logStart);
      return process;
    } catch (IOException | InterruptedException | RuntimeException e) {
      children.terminate(process);
      throw e;
    }
  }

  private static void awaitReady(
      EngineSpec plan, int port, Process process, Path log, long logStart)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    @Nullable Exception last = null;
    while (System.nanoTime() < deadline) {
      LogTail tail = LogTail.since(logStart, log);
      if (!process.isAlive()) {
        throw new EngineStartException(
            plan.title(),
            "ended with code " + process.exitValue() + " before it was ready",
            log,
            LogTail.since(logStart, log),
            last);
      }
      try {
        if (plan.probe().isReady(process, port, tail)) {
          return;
        }
      } catch (IOException | SQLException e) {
        last = e;
      }
      Thread.sleep(POLL_INTERVAL);
    }
    throw new EngineStartException(
        plan.title(),
        "did not answer on 127.0.0.1:" + port + " within " + START_TIMEOUT.toSeconds() + " s",
        log,
        LogTail.since(logStart, log),
        last);
  }
}
