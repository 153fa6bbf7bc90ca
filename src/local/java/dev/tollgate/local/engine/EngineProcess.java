package dev.tollgate.local.engine;

import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.local.process.EndSignal;
import dev.tollgate.local.process.InheritedVariables;
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
  private static final Duration ORDER_DELAY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int PORTS_TO_TRY = 5;

  /**
   * What an engine is to this class.
   *
   * @param title what messages call it
   * @param name names its log
   * @param command makes the command that listens on a port
   */
  record Plan(
      String title, String name, EndSignal end, IntFunction<ProcessBuilder> command, Probe probe) {}

  /** Asks a starting engine whether it is ready. */
  @FunctionalInterface
  interface Probe {
    /**
     * Returns whether this very process answered, not one that took the port before it. An
     * exception means "not yet".
     */
    boolean answers(Process process, int port, LogTail log)
        throws IOException, SQLException, InterruptedException;
  }

  private final ChildProcesses children;
  private final Plan plan;
  private final int port;
  private Process process;
  private boolean stopped;

  private EngineProcess(ChildProcesses children, Plan plan, int port, Process process) {
    this.children = children;
    this.plan = plan;
    this.port = port;
    this.process = process;
    watch(process);
  }

  static EngineProcess start(ChildProcesses children, Plan plan)
      throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      int port = FreePort.pick();
      try {
        return new EngineProcess(children, plan, port, launch(children, plan, port));
      } catch (EngineStartException e) {
        if (!e.worthRetrying() || tries == PORTS_TO_TRY) {
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
    children.end(process);
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
      throw new IllegalStateException("Interrupted while " + plan.title() + " starts", e);
    }
  }

  private void relaunch() throws IOException, InterruptedException {
    stop();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        process = launch(children, plan, port);
        stopped = false;
        watch(process);
        return;
      } catch (EngineStartException e) {
        if (!e.worthRetrying() || System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  /** Reports an end that nobody ordered, after the time that Ctrl-C, which ends all, may take. */
  private void watch(Process watched) {
    var later =
        CompletableFuture.delayedExecutor(
            ORDER_DELAY.toMillis(), TimeUnit.MILLISECONDS, task -> Thread.ofVirtual().start(task));
    var _ = watched.onExit().thenRunAsync(() -> reportEnd(watched), later);
  }

  private synchronized void reportEnd(Process ended) {
    if (ended == process && !stopped && !children.isEnding()) {
      LOG.log(Level.WARNING, "{0} ended by itself: restart make run", plan.title());
    }
  }

  private static Process launch(ChildProcesses children, Plan plan, int port)
      throws IOException, InterruptedException {
    ProcessBuilder command = InheritedVariables.only(plan.command().apply(port));
    command.environment().put("LC_ALL", "C"); // the messages that we look for are English
    Path log = children.log(plan.name());
    long logStart = LogTail.end(log);
    Process process = children.start(plan.name(), command, plan.end());
    try {
      awaitAnswer(plan, port, process, log, logStart);
      return process;
    } catch (IOException | InterruptedException | RuntimeException e) {
      children.end(process);
      throw e;
    }
  }

  private static void awaitAnswer(Plan plan, int port, Process process, Path log, long logStart)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
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
        if (plan.probe().answers(process, port, tail)) {
          return;
        }
      } catch (IOException | SQLException e) {
        last = e;
      }
      Thread.sleep(PAUSE);
    }
    throw new EngineStartException(
        plan.title(),
        "did not answer on 127.0.0.1:" + port + " within " + PATIENCE.toSeconds() + " s",
        log,
        LogTail.since(logStart, log),
        last);
  }
}
