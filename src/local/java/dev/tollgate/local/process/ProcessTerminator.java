package dev.tollgate.local.process;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Ends processes: all asked at once, then given the same grace time, then made to. */
final class ProcessTerminator {
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(5);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private ProcessTerminator() {}

  static void terminate(List<ListedProcess> processes) {
    List<ListedProcess> alive = stillAlive(processes);
    for (ListedProcess process : alive) {
      try {
        process.signal().sendTo(process.pid());
      } catch (IOException _) {
        // No shell to send the signal with: force follows.
      }
    }
    alive = waitFor(alive);
    alive.forEach(
        process -> ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly));
    waitFor(alive);
  }

  /** Returns those that are alive after the grace time. */
  private static List<ListedProcess> waitFor(List<ListedProcess> processes) {
    long deadline = System.nanoTime() + GRACE_PERIOD.toNanos();
    boolean interrupted = false;
    List<ListedProcess> alive = stillAlive(processes);
    while (!alive.isEmpty() && System.nanoTime() < deadline) {
      try {
        Thread.sleep(POLL_INTERVAL);
      } catch (InterruptedException _) {
        interrupted = true; // leaving now would leave processes behind
      }
      alive = stillAlive(alive);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return alive;
  }

  private static List<ListedProcess> stillAlive(List<ListedProcess> processes) {
    return processes.stream().filter(ListedProcess::isAlive).toList();
  }
}
