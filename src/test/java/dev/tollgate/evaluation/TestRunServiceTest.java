package dev.tollgate.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.evaluation.TestRun.State;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Runs that take more than one function. */
final class TestRunServiceTest extends TestRunServiceTestBase {
  @Test
  void continuesALongRunInFurtherFunctions() {
    activateAll("one", "two");
    evaluator.scores =
        (version, caseId) -> {
          FakeEvaluator.pause();
          return version == 2 ? 0.3 : 1;
        };
    TestRunService service = service(Duration.ofMillis(50));
    assertEquals(RunOutcome.ROLLED_BACK, runNightly(service).outcome());
    assertTrue(launcher.launched > 2, "one function did it all");
    assertEquals(6 * CASES, evaluator.attempts.get());
  }

  @Test
  void endsARunAfterThirteenFunctions() {
    activateAll("one");
    TestRunService service = service(Duration.ZERO);
    assertEquals(RunOutcome.INVALID, runNightly(service).outcome());
    assertEquals(13, launcher.launched);
    assertEquals(0, evaluator.attempts.get());
  }

  @Test
  void countsEachAttemptOnceAfterAFunctionWasKilled() {
    activateAll("one", "two");
    AtomicInteger left = new AtomicInteger(30);
    evaluator.scores =
        (version, caseId) -> {
          if (left.decrementAndGet() < 0 && left.get() > -100) {
            throw new IllegalStateException("killed");
          }
          return version == 2 ? 0.3 : 1;
        };
    TestRunService service = service();
    TestRun run = service.startNightlyRuns(Optional.empty()).started().getFirst();
    assertThrows(IllegalStateException.class, () -> resume(service, launcher.pending.element()));
    int made = runs.countAttempts(run);
    assertTrue(made >= CASES && made <= 30, "made " + made);

    left.set(Integer.MAX_VALUE);
    // Lambda's retry of the same event.
    runAll(service);
    assertEquals(RunOutcome.ROLLED_BACK, end(run).outcome());
    assertEquals(3 * CASES, runs.listAttempts(run).size());
    assertEquals(
        3 * CASES, runs.countAttempts(runs.find(NAME, run.id().comparisonId()).orElseThrow()));
  }

  @Test
  void reportsTheRollbackOfAFunctionThatWasKilled() {
    AtomicBoolean killed = new AtomicBoolean();
    runs =
        new InMemoryRunStore() {
          @Override
          public synchronized boolean finish(TestRun run, State.Finished end) {
            if (run.kind() == TestRun.Kind.NIGHTLY && killed.compareAndSet(false, true)) {
              throw new IllegalStateException("killed");
            }
            return super.finish(run, end);
          }
        };
    activateAll("one", "two");
    evaluator.scores = (version, caseId) -> version == 2 ? 0.3 : 1;
    TestRunService service = service();
    TestRun run = service.startNightlyRuns(Optional.empty()).started().getFirst();
    assertThrows(IllegalStateException.class, () -> resume(service, launcher.pending.element()));
    assertEquals(OptionalInt.of(1), state().active());
    long events = state().chainEnd().length();

    runAll(service);
    assertEquals(RunOutcome.ROLLED_BACK, end(run).outcome());
    assertEquals(events, state().chainEnd().length());
    assertEquals(6 * CASES, evaluator.attempts.get());
  }
}
