package dev.tollgate.local.lambda;

import dev.tollgate.local.template.FunctionDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The environments of all functions. Starts them when they are needed, keeps them warm and holds
 * their number down, because each is a JVM on somebody's laptop.
 */
final class EnvironmentPool implements AutoCloseable {
  static final int MAXIMUM = 8;

  // Lambda allows 10 s. A laptop that starts eight JVMs at once needs longer.
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final EnvironmentCommand command;
  private final ProcessStarter processes;
  private final Set<FunctionEnvironment> live = new HashSet<>();
  private final Set<FunctionEnvironment> idle = new LinkedHashSet<>(); // Longest idle first.
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
    record Refused(byte[] error) implements Lease {}
  }

  private sealed interface Place {
    record Warm(FunctionEnvironment environment) implements Place {}

    /** There is room for a new process, once {@code displaced} is gone. */
    record Room(Optional<FunctionEnvironment> displaced) implements Place {}
  }

  /** Returns an environment that only the caller may use, waiting while all are busy. */
  Lease acquire(FunctionDefinition function, String requestId) throws InterruptedException {
    return switch (place(function)) {
      case Place.Warm(FunctionEnvironment environment) -> new Lease.Granted(environment);
      case Place.Room(Optional<FunctionEnvironment> displaced) -> {
        displaced.ifPresent(FunctionEnvironment::kill);
        yield start(function, requestId);
      }
    };
  }

  private synchronized Place place(FunctionDefinition function) throws InterruptedException {
    while (true) {
      if (closed) {
        throw new IllegalStateException("The local Lambda is closed");
      }
      forgetDead();
      FunctionEnvironment warm = takeIdle(function.functionName(), true);
      if (warm != null) {
        return new Place.Warm(warm);
      }
      if (live.size() + starting < MAXIMUM) {
        starting++;
        return new Place.Room(Optional.empty());
      }
      FunctionEnvironment displaced = takeIdle(function.functionName(), false);
      if (displaced != null) {
        live.remove(displaced);
        starting++;
        return new Place.Room(Optional.of(displaced));
      }
      wait();
    }
  }

  /** Takes an idle environment of the function, or of any other one. */
  private @Nullable FunctionEnvironment takeIdle(String function, boolean ofFunction) {
    for (Iterator<FunctionEnvironment> each = idle.iterator(); each.hasNext(); ) {
      FunctionEnvironment environment = each.next();
      if (environment.function().functionName().equals(function) == ofFunction) {
        each.remove();
        return environment;
      }
    }
    return null;
  }

  private void forgetDead() {
    live.removeIf(environment -> !environment.isAlive());
    idle.retainAll(live);
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
      return new Lease.Refused(FunctionError.cannotStart(requestId, e));
    } finally {
      if (environment == null) {
        giveUpPlace();
      } else if (!(lease instanceof Lease.Granted)) {
        environment.kill();
        remove(environment);
      }
    }
  }

  private static Lease lease(FunctionEnvironment environment, String requestId)
      throws InterruptedException {
    Optional<FunctionEnvironment.Readiness> readiness = environment.awaitReady(START_LIMIT);
    if (readiness.isEmpty()) {
      return new Lease.Refused(FunctionError.neverReady(requestId, START_LIMIT));
    }
    return switch (readiness.get()) {
      case FunctionEnvironment.Readiness.Ready() -> new Lease.Granted(environment);
      case FunctionEnvironment.Readiness.Reported(byte[] error) -> new Lease.Refused(error);
      case FunctionEnvironment.Readiness.Exited(int exitCode) ->
          new Lease.Refused(FunctionError.exited(requestId, exitCode));
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

  private synchronized void giveUpPlace() {
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
      idle.add(environment);
    } else {
      live.remove(environment);
    }
    notifyAll();
  }

  synchronized List<Long> processes(FunctionDefinition function) {
    forgetDead();
    return live.stream()
        .filter(
            environment -> environment.function().functionName().equals(function.functionName()))
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
