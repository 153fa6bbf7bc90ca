package dev.tollgate.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.evaluation.judge.JudgeCheckResult;
import dev.tollgate.prompt.Gate;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.Suite;
import dev.tollgate.prompt.content.PromptContent;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Nightly runs, from their start to what they change. */
final class NightlyRunnerTest extends TestRunServiceTestBase {
  private static final LocalDate DATE = LocalDate.of(2026, 11, 24);

  @Test
  void changesNothingIfTheActiveVersionPasses() {
    activateAll("one", "two");
    long events = state().chainEnd().length();
    assertEquals(RunOutcome.PASSED, runNightly(service()).outcome());
    assertEquals(CASES, evaluator.attempts.get());
    assertEquals(events, state().chainEnd().length());
    assertInstanceOf(Gate.Open.class, gate(2));
  }

  @Test
  void rollsBackAWorseVersionAndRecordsTheReason() {
    activateAll("one", "two");
    evaluator.scores = (version, caseId) -> version == 2 ? 0.3 : 1;
    TestRunService service = service();
    State.Finished end = runNightly(service);

    assertEquals(RunOutcome.ROLLED_BACK, end.outcome(), end.reason());
    assertEquals(6 * CASES, evaluator.attempts.get());
    assertEquals(OptionalInt.of(1), state().active());
    assertTrue(state().isFrozen(2));
    AuditEvent event = prompts.listEvents(NAME, Long.MAX_VALUE, 1).getFirst();
    assertEquals(AuditEventType.ROLLBACK, event.entry().type());
    assertEquals("tollgate-regression", event.entry().actor());
    assertTrue(event.entry().runId().isPresent());
    assertTrue(event.entry().reason().orElseThrow().contains("0.300"), event.toString());
    assertInstanceOf(Gate.Failed.class, gate(2));

    // The verdict also holds for the same content under another number.
    PromptVersion again = register("one more");
    assertInstanceOf(Gate.NotRun.class, gate(again.number()));
    assertInstanceOf(Gate.Failed.class, gate(register("two").number()));
  }

  @Test
  void reportsModelDriftIfBothVersionsFail() {
    activateAll("one", "two");
    evaluator.scores = (version, caseId) -> version == 2 ? 0.3 : 0.6;
    long events = state().chainEnd().length();
    assertEquals(RunOutcome.MODEL_DRIFT, runNightly(service()).outcome());
    assertEquals(OptionalInt.of(2), state().active());
    assertEquals(events, state().chainEnd().length());
  }

  @Test
  void isSupersededByAnActivationDuringTheRun() {
    activateAll("one", "two", "three");
    PromptVersion four = register("four");
    AtomicBoolean activated = new AtomicBoolean();
    evaluator.scores =
        (version, caseId) -> {
          // The third version has failed, and its comparison is running.
          if (version == 2 && activated.compareAndSet(false, true)) {
            registry.activate(NAME, four.number(), true, CHANGE);
          }
          return version == 3 ? 0.3 : 1;
        };
    assertEquals(RunOutcome.SUPERSEDED, runNightly(service()).outcome());
    assertEquals(OptionalInt.of(4), state().active());
    assertFalse(state().isFrozen(3));
    assertFalse(state().isFrozen(4));
  }

  @Test
  void startsOneRunPerDate() {
    activateAll("one", "two");
    TestRunService service = service();
    assertEquals(1, service.startNightlyRuns(Optional.of(DATE)).started().size());
    // The second delivery of the event finds the running run.
    service.startNightlyRuns(Optional.of(DATE));
    runAll(service);
    assertEquals(CASES, evaluator.attempts.get());
    assertEquals(List.of(), service.startNightlyRuns(Optional.of(DATE)).started());
    assertEquals(1, runs.listNewest(NAME, Optional.empty(), 10).size());

    assertEquals(1, service.startNightlyRuns(Optional.of(DATE.plusDays(1))).started().size());
    runAll(service);
    assertEquals(2 * CASES, evaluator.attempts.get());
  }

  @Test
  void retriesAStartThatLambdaDidNotAccept() {
    activateAll("one", "two");
    TestRunService service = service();
    launcher.rejecting = true;
    assertThrows(
        RunLauncher.LaunchFailedException.class, () -> service.startNightlyRuns(Optional.of(DATE)));
    launcher.rejecting = false;
    service.startNightlyRuns(Optional.of(DATE));
    runAll(service);
    assertEquals(
        RunOutcome.PASSED, end(runs.listNewest(NAME, Optional.empty(), 1).getFirst()).outcome());
  }

  @Test
  void reportsAnInvalidSuiteAndStartsTheOtherPrompts() {
    activateAll("one");
    PromptName broken = new PromptName("broken");
    registry.register(
        broken, PromptContent.ofText("x", "m", Optional.empty(), 100), "ada", "", CHANGE);
    registry.activate(broken, 1, true, CHANGE);
    registry.setSuite(broken, new Suite("tests: [{assert: [{type: vibes}]}]"), CHANGE);

    TestRunService.NightlyStart start = service().startNightlyRuns(Optional.of(DATE));
    assertEquals(1, start.started().size());
    assertEquals(List.of(broken), start.untestable());
  }

  @Test
  void endsTheComparisonWithItsNightlyRun() {
    activateAll("one", "two");
    evaluator.scores =
        (version, caseId) -> {
          evaluator.checkResult = new JudgeCheckResult.Unavailable("overloaded");
          return 0.3;
        };
    TestRunService service = service();
    TestRun run = service.startNightlyRuns(Optional.empty()).started().getFirst();
    runAll(service);
    assertEquals(RunOutcome.INVALID, end(run).outcome());
    TestRun comparison = runs.find(NAME, run.id().comparisonId()).orElseThrow();
    assertEquals(RunOutcome.INVALID, end(comparison).outcome());
  }

  @Test
  void isInvalidIfTheJudgeIsUnavailableOrWrong() {
    activateAll("one", "two");
    evaluator.scores = (version, caseId) -> version == 2 ? 0.3 : 1;
    TestRunService service = service();

    evaluator.checkResult = new JudgeCheckResult.Unavailable("overloaded");
    assertEquals(RunOutcome.INVALID, runNightly(service).outcome());
    evaluator.checkResult = new JudgeCheckResult.Failed(List.of("it called the sky green"));
    assertEquals(RunOutcome.INVALID, runNightly(service).outcome());
    assertEquals(0, evaluator.attempts.get());

    evaluator.checkResult = new JudgeCheckResult.Passed();
    evaluator.judgeIsUnavailable = true;
    assertEquals(RunOutcome.INVALID, runNightly(service).outcome());
    assertEquals(OptionalInt.of(2), state().active());
    assertInstanceOf(Gate.NotRun.class, gate(2));
  }

  @Test
  void doesNotRollBackToAVersionWithOtherVariables() {
    activateAll("one {{product}}", "two");
    evaluator.scores = (version, caseId) -> version == 2 ? 0.3 : 1;
    assertEquals(RunOutcome.OTHER_VARIABLES, runNightly(service()).outcome());
    assertEquals(OptionalInt.of(2), state().active());
  }

  @Test
  void isInconclusiveWithoutAnEarlierVersion() {
    activateAll("one");
    evaluator.scores = (version, caseId) -> 0.3;
    assertEquals(RunOutcome.INCONCLUSIVE, runNightly(service()).outcome());
    assertEquals(OptionalInt.of(1), state().active());
  }

  @Test
  void changesNothingInThirtyRunsWithAFlakyJudge() {
    activateAll("one", "two");
    SplittableRandom random = new SplittableRandom(365);
    evaluator.scores =
        (version, caseId) -> {
          synchronized (random) {
            // 1 or 0.49: a mean of 0.86, a deviation of 0.23.
            return random.nextDouble() < 0.7255 ? 1 : 0.49;
          }
        };
    TestRunService service = service();
    List<RunOutcome> outcomes = new ArrayList<>();
    for (int run = 0; run < 30; run++) {
      outcomes.add(runNightly(service).outcome());
    }
    assertEquals(OptionalInt.of(2), state().active(), outcomes.toString());
    assertTrue(outcomes.contains(RunOutcome.INCONCLUSIVE), "the judge was not flaky");
  }

  @Test
  void cannotRollBackAVersionThatIsNotActive() {
    activateAll("one", "two");
    assertEquals(
        new PromptResult.Err<>(new PromptError.NoLongerActive(NAME, 1, OptionalInt.of(2))),
        registry.rollBackFailed(NAME, 1, 2, "run", CHANGE));
  }
}
