package dev.tollgate.evaluation;

import dev.tollgate.evaluation.judge.BoundedInvoker;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.evaluation.suite.TestSuite;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptVersion;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the attempts of a run, several at a time. The first request is sent alone, so that the
 * provider's prompt cache has the prompt when the others follow. Completed attempts are stored, so
 * a run continues where the previous function stopped.
 */
@Singleton
class SuiteRunner {
  /**
   * Exceeds the limit of concurrent calls: an attempt makes several calls in sequence, and the last
   * attempts would leave permits unused.
   */
  private static final int WORKERS = 2 * BoundedInvoker.MAX_CONCURRENT_CALLS;

  /** How often to check whether another worker has completed its claimed attempts. */
  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

  private final PromptStore prompts;
  private final RunStore runs;
  private final Evaluator evaluator;
  private final Clock clock;
  private final Duration attemptTimeout;

  SuiteRunner(
      PromptStore prompts,
      RunStore runs,
      Evaluator evaluator,
      Clock clock,
      @ConfigProperty(name = "tollgate.regression.attempt-time", defaultValue = "2m")
          Duration attemptTimeout) {
    this.prompts = prompts;
    this.runs = runs;
    this.evaluator = evaluator;
    this.clock = clock;
    this.attemptTimeout = attemptTimeout;
  }

  /** Loads the suite of a run, even if another one has become current. */
  TestSuite loadSuite(TestRun run) {
    return TestSuite.of(prompts.findSuite(run.prompt(), run.subject().suiteHash()).orElseThrow());
  }

  /**
   * Makes the attempts of the first {@code passes} passes over all cases. The run is invalid if the
   * judge fails its checks.
   *
   * @param onComplete concludes from the attempts of these passes
   */
  SliceResult run(
      TestRun run,
      TestSuite suite,
      int passes,
      WorkSlice slice,
      Function<ResultSummary, SliceResult> onComplete) {
    PromptVersion version = prompts.findVersion(run.prompt(), run.version()).orElseThrow();
    List<Attempt> made = runs.listAttempts(run);
    if (made.isEmpty() && clock.instant().isBefore(slice.deadline())) {
      Optional<String> distrustReason =
          evaluator
              .checkJudge(run.subject().judge(), clock.instant().plus(attemptTimeout))
              .distrustReason();
      if (distrustReason.isPresent()) {
        return new SliceResult.Ended(TestRun.State.Finished.invalid(distrustReason.get(), clock));
      }
    }
    while (true) {
      List<PlannedAttempt> missing = findMissing(suite, passes, made);
      if (missing.isEmpty()) {
        return onComplete.apply(new ResultSummary(suite, attemptsOfPasses(suite, passes, made)));
      }
      if (!clock.instant().isBefore(slice.deadline())) {
        return new SliceResult.OutOfTime();
      }
      if (new WorkerPool(run, version, missing, slice).work() == 0) {
        waitForOtherWorkers();
      }
      made = runs.listAttempts(run);
    }
  }

  private record PlannedAttempt(TestCase test, int number) {
    Attempt.Key key() {
      return new Attempt.Key(test.id(), number);
    }
  }

  private static List<PlannedAttempt> findMissing(TestSuite suite, int passes, List<Attempt> made) {
    Set<Attempt.Key> completed = made.stream().map(Attempt::key).collect(Collectors.toSet());
    return planAttempts(suite, passes).stream()
        .filter(it -> !completed.contains(it.key()))
        .toList();
  }

  /** A pass goes over all cases before the next one begins. */
  private static List<PlannedAttempt> planAttempts(TestSuite suite, int passes) {
    List<PlannedAttempt> planned = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      for (TestCase test : suite.cases()) {
        int repetitions = test.repeat().attempts();
        for (int repetition = 1; repetition <= repetitions; repetition++) {
          planned.add(new PlannedAttempt(test, pass * repetitions + repetition));
        }
      }
    }
    return planned;
  }

  private static List<Attempt> attemptsOfPasses(TestSuite suite, int passes, List<Attempt> made) {
    Set<Attempt.Key> planned =
        planAttempts(suite, passes).stream().map(PlannedAttempt::key).collect(Collectors.toSet());
    return made.stream().filter(attempt -> planned.contains(attempt.key())).toList();
  }

  /**
   * Waits, since other workers, or a function that was killed, have claimed all missing attempts.
   * This is not a Failsafe policy: the loop does work between its polls and ends with the slice.
   */
  private static void waitForOtherWorkers() {
    try {
      Thread.sleep(POLL_INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for other workers", e);
    }
  }

  /** Workers that take attempts from the same list. */
  private final class WorkerPool {
    private final TestRun run;
    private final PromptVersion version;
    private final Iterator<PlannedAttempt> pending;
    private final WorkSlice slice;
    private final CountDownLatch firstAnswer = new CountDownLatch(1);
    private final AtomicInteger completed = new AtomicInteger();

    WorkerPool(TestRun run, PromptVersion version, List<PlannedAttempt> pending, WorkSlice slice) {
      this.run = run;
      this.version = version;
      this.pending = pending.iterator();
      this.slice = slice;
    }

    /** Works until no attempt or no time is left. Returns how many attempts it made. */
    int work() {
      List<Future<?>> workers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        workers.add(threads.submit(this::runFirstWorker));
        for (int i = 1; i < WORKERS; i++) {
          workers.add(threads.submit(this::runOtherWorker));
        }
      }
      for (Future<?> worker : workers) {
        try {
          worker.get();
        } catch (ExecutionException e) {
          throw new IllegalStateException("Run " + run.id() + " failed", e.getCause());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("Interrupted in run " + run.id(), e);
        }
      }
      return completed.get();
    }

    private void runFirstWorker() {
      try {
        runNextAttempt(firstAnswer::countDown);
      } finally {
        firstAnswer.countDown();
      }
      runRemaining();
    }

    private void runOtherWorker() {
      try {
        firstAnswer.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      runRemaining();
    }

    private void runRemaining() {
      boolean more = true;
      while (more) {
        more = runNextAttempt(() -> {});
      }
    }

    /** Makes the next attempt. Returns false if no attempt or no time is left. */
    private boolean runNextAttempt(Runnable onAnswer) {
      Optional<PlannedAttempt> next = takeNext();
      if (next.isEmpty()) {
        return false;
      }
      PlannedAttempt attempt = next.get();
      Instant now = clock.instant();
      // All calls of an attempt end with its claim, before another worker can take it over.
      Instant end = now.plus(attemptTimeout);
      if (runs.claim(run, attempt.key(), slice.token(), now, end)) {
        TestCase test = attempt.test();
        Attempt.Result result =
            evaluator.evaluate(version, test, run.subject().judge(), end, onAnswer);
        runs.record(
            run,
            slice.token(),
            new Attempt(test.id(), attempt.number(), test.description(), test.heldOut(), result));
        completed.incrementAndGet();
      }
      return true;
    }

    private synchronized Optional<PlannedAttempt> takeNext() {
      return pending.hasNext() && clock.instant().isBefore(slice.deadline())
          ? Optional.of(pending.next())
          : Optional.empty();
    }
  }
}
