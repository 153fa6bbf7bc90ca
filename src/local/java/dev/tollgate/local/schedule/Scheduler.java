package dev.tollgate.local.schedule;

import dev.tollgate.local.lambda.LambdaService;
import dev.tollgate.local.template.FunctionDefinition;
import dev.tollgate.local.template.SamTemplate;
import dev.tollgate.local.template.Schedule;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts the template's scheduled functions, asynchronously as EventBridge Scheduler does. */
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Scheduler.class.getName());

  // Short, because a laptop's sleep counts for the clock but not for a waiting thread.
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  private final FunctionStarter start;
  private final Clock clock;
  private final List<Timer> timers = new ArrayList<>();

  private Scheduler(FunctionStarter start, Clock clock) {
    this.start = start;
    this.clock = clock;
  }

  /** Starts a function with a payload, without waiting for it. */
  @FunctionalInterface
  interface FunctionStarter {
    void start(String functionName, byte[] payload);
  }

  /** Starts to watch the clock for all schedules of the template. */
  public static Scheduler start(SamTemplate template, LambdaService lambda, Clock clock) {
    return start(template, lambda::invokeAsynchronously, clock);
  }

  static Scheduler start(SamTemplate template, FunctionStarter start, Clock clock) {
    Scheduler scheduler = new Scheduler(start, clock);
    for (FunctionDefinition function : template.functions()) {
      for (Schedule schedule : function.schedules()) {
        scheduler.add(function.functionName(), schedule);
      }
    }
    return scheduler;
  }

  private void add(String function, Schedule schedule) {
    Timer timer =
        new Timer(
            function,
            schedule,
            ScheduleExpression.parse(schedule.expression(), schedule.zone()),
            clock.instant());
    timers.add(timer);
    timer.thread.start();
  }

  private final class Timer {
    private final String function;
    private final Schedule schedule;
    private final ScheduleExpression expression;
    private final Instant begin;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);

    Timer(String function, Schedule schedule, ScheduleExpression expression, Instant begin) {
      this.function = function;
      this.schedule = schedule;
      this.expression = expression;
      this.begin = begin;
    }

    private void run() {
      try {
        Optional<Instant> due = expression.next(begin, begin);
        while (due.isPresent()) {
          Instant now = awaitTime(due.get());
          fire(due.get());
          // From now on: of several times that were slept through, one is enough.
          due = expression.next(begin, now);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private Instant awaitTime(Instant due) throws InterruptedException {
      Instant now = clock.instant();
      while (now.isBefore(due)) {
        Duration left = Duration.between(now, due);
        Thread.sleep(left.compareTo(POLL_INTERVAL) < 0 ? left : POLL_INTERVAL);
        now = clock.instant();
      }
      return now;
    }

    private void fire(Instant due) {
      LOG.log(Level.INFO, "Schedule {0} starts {1}", schedule.name(), function);
      try {
        start.start(function, ScheduledEvent.payload(schedule, due));
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, () -> "Schedule " + schedule.name() + " cannot start " + function, e);
      }
    }
  }

  @Override
  public void close() {
    timers.forEach(timer -> timer.thread.interrupt());
  }
}
