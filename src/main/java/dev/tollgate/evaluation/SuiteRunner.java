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
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the attempts of a run, several at a time but the first request alone, so that the
 * provider's cache holds the prompt when the others come. What was made stays made, so a run goes
 * on where a function before left it.
 */
@Singleton
class SuiteRunner {
  /**
   * More than calls may be made at a time: each attempt is several calls, one after the other, and
   * the last ones would leave the rest of the calls' places empty.
   */
  private static final int WORKERS = 2 * BoundedInvoker.MAX_CONCURRENT_CALLS;

  /** How often to look whether somebody else has made the attempt that he claimed. */
  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

  private final PromptStore prompts;
  private final RunStore runs;
  private final Evaluator examiner;
  private final Clock clock;
  private final Duration attemptTimeout;

  SuiteRunner(
      PromptStore prompts,
      RunStore runs,
      Evaluator examiner,
      Clock clock,
      @ConfigProperty(name = "tollgate.regression.attempt-time", defaultValue = "2m")
          Duration attemptTimeout) {
    this.prompts = prompts;
    this.runs = runs;
    this.examiner = examiner;
    this.clock = clock;
    this.attemptTimeout = attemptTimeout;
  }

  /** How far a run came. */
  sealed interface Progress {
    /** All attempts that were wanted are made. */
    record Complete(List<Attempt> attempts) implements Progress {}

    /** The judge's word does not count, so nothing was asked. */
    record JudgeDistrusted(String reason) implements Progress {}

    /** Some are not, and there is no time to begin another one. */
    record OutOfTime() implements Progress {}
  }

  /** The suite that a run is bound to, whatever the prompt's current one is. */
  TestSuite loadSuite(TestRun run) {
    return TestSuite.of(prompts.findSuite(run.prompt(), run.suiteHash()).orElseThrow());
  }

  /**
   * Makes the attempts of the first {@code passes} passes over all cases.
   *
   * @param shift who works, and until when
   */
  Progress run(TestRun run, TestSuite suite, int passes, WorkSlice shift) {
    PromptVersion version = prompts.findVersion(run.prompt(), run.version()).orElseThrow();
    List<Attempt> made = runs.listAttempts(run);
    if (made.isEmpty() && clock.instant().isBefore(shift.deadline())) {
      Optional<String> mistrust =
          examiner.checkJudge(run.judge(), clock.instant().plus(attemptTimeout)).distrustReason();
      if (mistrust.isPresent()) {
        return new Progress.JudgeDistrusted(mistrust.get());
      }
    }
    while (true) {
      List<PlannedAttempt> missing = findMissing(suite, passes, made);
      if (missing.isEmpty()) {
        return new Progress.Complete(attemptsOfPasses(suite, passes, made));
      }
      if (!clock.instant().isBefore(shift.deadline())) {
        return new Progress.OutOfTime();
      }
      if (new WorkerPool(run, version, missing, shift).work() == 0) {
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
    Set<Attempt.Key> known = made.stream().map(Attempt::key).collect(Collectors.toSet());
    return planAttempts(suite, passes).stream().filter(it -> !known.contains(it.key())).toList();
  }

  /** A pass goes over all cases before the next one begins. */
  private static List<PlannedAttempt> planAttempts(TestSuite suite, int passes) {
    List<PlannedAttempt> planned = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      for (TestCase test : suite.cases()) {
        int each = test.repeat().attempts();
        for (int repetition = 1; repetition <= each; repetition++) {
          planned.add(new PlannedAttempt(test, pass * each + repetition));
        }
      }
    }
    return planned;
  }

  private static List<Attempt> attemptsOfPasses(TestSuite suite, int passes, List<Attempt> made) {
    Set<Attempt.Key> wanted =
        planAttempts(suite, passes).stream().map(PlannedAttempt::key).collect(Collectors.toSet());
    return made.stream().filter(attempt -> wanted.contains(attempt.key())).toList();
  }

  /** All that is missing is claimed by others, or by a function that was killed. */
  private static void waitForOtherWorkers() {
    try {
      Thread.sleep(POLL_INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while others work on the run", e);
    }
  }

  /** Several workers, who take one attempt after the other from the same list. */
  private final class WorkerPool {
    private final TestRun run;
    private final PromptVersion version;
    private final Iterator<PlannedAttempt> pending;
    private final WorkSlice shift;
    private final CountDownLatch firstAnswer = new CountDownLatch(1);
    private final AtomicInteger completed = new AtomicInteger();

    WorkerPool(TestRun run, PromptVersion version, List<PlannedAttempt> pending, WorkSlice shift) {
      this.run = run;
      this.version = version;
      this.pending = pending.iterator();
      this.shift = shift;
    }

    /** Works until nothing is left to claim, or no time; returns how many attempts it made. */
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
          throw new IllegalStateException("run " + run.id() + " broke off", e.getCause());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted in run " + run.id(), e);
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

    /** Makes the next attempt that can be claimed; false if there is none, or no time. */
    private boolean runNextAttempt(Runnable answered) {
      Optional<PlannedAttempt> next = takeNext();
      if (next.isEmpty()) {
        return false;
      }
      PlannedAttempt attempt = next.get();
      Instant now = clock.instant();
      // All calls of an attempt end with its claim, so that none goes on when another takes over.
      Instant end = now.plus(attemptTimeout);
      if (runs.claim(run, attempt.key(), shift.token(), now, end)) {
        Attempt.Result reply =
            examiner.evaluate(version, attempt.test(), run.judge(), end, answered);
        TestCase test = attempt.test();
        runs.record(
            run,
            shift.token(),
            new Attempt(test.id(), attempt.number(), test.description(), test.heldOut(), reply));
        completed.incrementAndGet();
      }
      return true;
    }

    private synchronized Optional<PlannedAttempt> takeNext() {
      return pending.hasNext() && clock.instant().isBefore(shift.deadline())
          ? Optional.of(pending.next())
          : Optional.empty();
    }
  }
}
