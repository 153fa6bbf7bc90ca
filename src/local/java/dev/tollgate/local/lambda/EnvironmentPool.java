package dev.tollgate.local.lambda;

import dev.tollgate.local.template.FunctionDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The environments of all functions. Starts them when they are needed, keeps them warm and holds
 * their number down, because each is a JVM on somebody's laptop.
 */
final class EnvironmentPool implements AutoCloseable {
  static final int MAX_ENVIRONMENTS = 8;

  // Lambda allows 10 s. A laptop that starts eight JVMs at once needs longer.
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  // How long an environment is left to its own function after an answer, and how long a caller
  // bears with that. Without it, functions in turn would displace each other at every call; without
  // the limit, a busy function would never let another one in.
  private static final Duration MIN_IDLE = Duration.ofSeconds(1);

  private final EnvironmentCommand command;
  private final ProcessStarter processes;
  private final Set<FunctionEnvironment> live = new HashSet<>();
  // Since when, by System.nanoTime(); the longest idle first.
  private final Map<FunctionEnvironment, Long> idle = new LinkedHashMap<>();
  private final Deque<Waiter> waiting = new ArrayDeque<>(); // The oldest first.
  private final Map<String, Integer> started = new HashMap<>();
  private int starting;
  private boolean closed;

  EnvironmentPool(EnvironmentCommand command, ProcessStarter processes) {
    this.command = command;
    this.processes = processes;
  }

  sealed interface Lease {
    record Granted(FunctionEnvironment environment) implements Lease {}

    /** The environment did not come up; {@code error} is what Lambda answers. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Failed(byte[] error) implements Lease {}
  }

  private sealed interface Slot {
    record Warm(FunctionEnvironment environment) implements Slot {}

    /** There is room for a new process, once {@code displaced} is gone. */
    record Vacant(Optional<FunctionEnvironment> displaced) implements Slot {}
  }

  private static final class Waiter {
    private final String function;
    private final long enqueuedNanos = System.nanoTime();
    private @Nullable Slot slot;

    Waiter(String function) {
      this.function = function;
    }

    /** How much longer it leaves other functions' environments that have just been used. */
    long remainingWaitMillis() {
      return Math.max(0, MIN_IDLE.minusNanos(System.nanoTime() - enqueuedNanos).toMillis());
    }
  }

  /** Returns an environment that only the caller may use, waiting while all are busy. */
  Lease acquire(FunctionDefinition function, String requestId) throws InterruptedException {
    return switch (awaitSlot(function)) {
      case Slot.Warm(FunctionEnvironment environment) -> new Lease.Granted(environment);
      case Slot.Vacant(Optional<FunctionEnvironment> displaced) -> {
        displaced.ifPresent(FunctionEnvironment::kill);
        yield start(function, requestId);
      }
    };
  }

  private synchronized Slot awaitSlot(FunctionDefinition function) throws InterruptedException {
    Waiter waiter = new Waiter(function.functionName());
    waiting.add(waiter);
    try {
      while (true) {
        if (closed) {
          throw new IllegalStateException("The local Lambda is closed");
        }
        long patience = waiter.remainingWaitMillis();
        assignSlots();
        if (waiter.slot != null) {
          return waiter.slot;
        }
        wait(patience); // 0, which is for ever, once it may displace whatever is idle
      }
    } catch (InterruptedException e) {
      if (waiter.slot == null) {
        throw e;
      }
      // It has a place to give back, which its caller does.
      Thread.currentThread().interrupt();
      return waiter.slot;
    } finally {
      waiting.remove(waiter);
    }
  }

  /** Gives all that is free to the waiting, the oldest first. */
  private void assignSlots() {
    removeDead();
    for (Iterator<Waiter> each = waiting.iterator(); each.hasNext(); ) {
      Waiter waiter = each.next();
      waiter.slot = findSlot(waiter);
      if (waiter.slot != null) {
        each.remove();
        notifyAll();
      }
    }
  }

  private @Nullable Slot findSlot(Waiter waiter) {
    FunctionEnvironment warm =
        takeIdle(environment -> environment.function().functionName().equals(waiter.function));
    if (warm != null) {
      return new Slot.Warm(warm);
    }
    if (live.size() + starting < MAX_ENVIRONMENTS) {
      starting++;
      return new Slot.Vacant(Optional.empty());
    }
    FunctionEnvironment displaced =
        takeIdle(environment -> waiter.remainingWaitMillis() == 0 || isIdleLongEnough(environment));
    if (displaced != null) {
      live.remove(displaced);
      starting++;
      return new Slot.Vacant(Optional.of(displaced));
    }
    return null;
  }

  private boolean isIdleLongEnough(FunctionEnvironment environment) {
    return System.nanoTime() - idle.getOrDefault(environment, 0L) >= MIN_IDLE.toNanos();
  }

  /** Takes the longest idle environment of such. */
  private @Nullable FunctionEnvironment takeIdle(Predicate<FunctionEnvironment> filter) {
    Optional<FunctionEnvironment> taken = idle.keySet().stream().filter(filter).findFirst();
    taken.ifPresent(idle::remove);
    return taken.orElse(null);
  }

  private void removeDead() {
    live.removeIf(environment -> !environment.isAlive());
    idle.keySet().retainAll(live);
  }

  private Lease start(FunctionDefinition function, String requestId) throws InterruptedException {
    FunctionEnvironment environment = null;
    Lease lease = null;
    try {
      environment = FunctionEnvironment.start(function, name(function), command, processes);
      add(environment);
      lease = lease(environment, requestId);
      return lease;
    } catch (IOException e) {
      return new Lease.Failed(FunctionError.cannotStart(requestId, e));
    } finally {
      if (environment == null) {
        releaseSlot();
      } else if (!(lease instanceof Lease.Granted)) {
        environment.kill();
        remove(environment);
      }
    }
  }

  private static Lease lease(FunctionEnvironment environment, String requestId)
      throws InterruptedException {
    Optional<FunctionEnvironment.Readiness> readiness = environment.awaitReady(START_TIMEOUT);
    if (readiness.isEmpty()) {
      return new Lease.Failed(FunctionError.startTimedOut(requestId, START_TIMEOUT));
    }
    return switch (readiness.get()) {
      case FunctionEnvironment.Readiness.Ready() -> new Lease.Granted(environment);
      case FunctionEnvironment.Readiness.InitializationFailed(byte[] error) ->
          new Lease.Failed(error);
      case FunctionEnvironment.Readiness.Exited(int exitCode) ->
          new Lease.Failed(FunctionError.exited(requestId, exitCode));
    };
  }

  private synchronized String name(FunctionDefinition function) {
    String name = function.functionName();
    return name + "-" + started.merge(name, 1, Integer::sum);
  }

  private synchronized void add(FunctionEnvironment environment) {
    starting--;
    live.add(environment);
    if (closed) {
      throw new IllegalStateException("The local Lambda is closed");
    }
  }

  private synchronized void releaseSlot() {
    starting--;
    notifyAll();
  }

  private synchronized void remove(FunctionEnvironment environment) {
    live.remove(environment);
    notifyAll();
  }

  /** Gives an environment back, dead or alive. */
  synchronized void release(FunctionEnvironment environment) {
    if (environment.isAlive()) {
      idle.put(environment, System.nanoTime());
    } else {
      live.remove(environment);
    }
    notifyAll();
  }

  synchronized List<Long> processes(FunctionDefinition function) {
    return processes(function, _ -> true);
  }

  /** Those of {@link #processes} that work on an invocation. */
  synchronized List<Long> busyProcesses(FunctionDefinition function) {
    return processes(function, environment -> !idle.containsKey(environment));
  }

  private List<Long> processes(FunctionDefinition function, Predicate<FunctionEnvironment> wanted) {
    removeDead();
    return live.stream()
        .filter(
            environment -> environment.function().functionName().equals(function.functionName()))
        .filter(wanted)
        .map(FunctionEnvironment::pid)
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    List<FunctionEnvironment> doomed;
    synchronized (this) {
      closed = true;
      doomed = new ArrayList<>(live);
      notifyAll();
    }
    doomed.forEach(FunctionEnvironment::kill);
  }
}
