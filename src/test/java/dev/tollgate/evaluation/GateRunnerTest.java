package dev.tollgate.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.prompt.Gate;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.content.PromptContent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Gate runs, from their start to the verdict of the gate. */
final class GateRunnerTest extends TestRunServiceTestBase {
  @Test
  void opensTheGateForAVersionThatPasses() {
    registry.register(
        NAME, PromptContent.ofText("one", "m", Optional.empty(), 100), "ada", "", CHANGE);
    registry.setSuite(NAME, suite(), CHANGE);
    assertInstanceOf(Gate.NotRun.class, gate(1));

    TestRunService service = service();
    TestRun run =
        service.startGateRun(prompts.findVersion(NAME, 1).orElseThrow(), suite(), "key_1");
    assertInstanceOf(Gate.NotRun.class, gate(1));
    runAll(service);

    assertEquals(RunOutcome.PASSED, end(run).outcome());
    assertEquals(1, end(run).measures().orElseThrow().faithfulness().orElseThrow().mean());
    assertInstanceOf(Gate.Open.class, gate(1));
    assertInstanceOf(PromptResult.Ok.class, registry.activate(NAME, 1, false, CHANGE));
    assertEquals(CASES, evaluator.attempts.get());
    assertTrue(evaluator.firstWasAlone.get(), "the first request was not alone");
    assertTrue(evaluator.maxConcurrent.get() <= 8, "more than eight at a time");
  }

  @Test
  void closesTheGateForAVersionThatFails() {
    activateAll("one");
    PromptVersion worse = register("two");
    TestRunService service = service();

    evaluator.scores = (version, caseId) -> caseId.equals("case-003") ? -1 : 1;
    TestRun one = service.startGateRun(worse, suite(), "key_1");
    runAll(service);
    assertEquals(RunOutcome.FAILED, end(one).outcome());
    assertEquals(List.of("case-003"), end(one).measures().orElseThrow().failingCases());
    assertInstanceOf(Gate.Failed.class, gate(2));

    evaluator.scores = (version, caseId) -> 0.84;
    TestRun two = service.startGateRun(worse, suite(), "key_1");
    runAll(service);
    assertEquals(RunOutcome.FAILED, end(two).outcome());
    assertInstanceOf(
        PromptResult.Err.class, registry.activate(NAME, worse.number(), false, CHANGE));

    evaluator.scores = (version, caseId) -> 0.85;
    service.startGateRun(worse, suite(), "key_1");
    runAll(service);
    assertInstanceOf(Gate.Open.class, gate(2));
  }

  @Test
  void endsARunThatLambdaDidNotAccept() {
    activateAll("one");
    launcher.rejecting = true;
    assertThrows(
        RunLauncher.LaunchFailedException.class,
        () -> service().startGateRun(prompts.findVersion(NAME, 1).orElseThrow(), suite(), "key_1"));
    assertEquals(
        RunOutcome.INVALID, end(runs.listNewest(NAME, Optional.empty(), 1).getFirst()).outcome());
  }

  @Test
  void liftsANightlyFreezeOnlyByARunThatStartedLater() {
    activateAll("one", "two");
    TestRunService service = service();
    PromptVersion two = prompts.findVersion(NAME, 2).orElseThrow();
    TestRun before = service.startGateRun(two, suite(), "key_1");
    QueueingLauncher.Launch early = launcher.pending.remove();

    evaluator.scores = (version, caseId) -> version == 2 ? 0.3 : 1;
    runNightly(service);
    assertTrue(state().isFrozen(2));

    evaluator.scores = (version, caseId) -> 1;
    TestRunService.ResumeResult unused = resume(service, early);
    assertEquals(RunOutcome.PASSED, end(before).outcome());
    assertTrue(state().isFrozen(2), "a run from before lifted the freeze");
    assertInstanceOf(Gate.Failed.class, gate(2), "a run from before opened the gate");

    service.startGateRun(two, suite(), "key_1");
    runAll(service);
    assertFalse(state().isFrozen(2));
    assertInstanceOf(PromptResult.Ok.class, registry.activate(NAME, 2, false, CHANGE));
  }

  @Test
  void doesNotLiftAFreezeByAPerson() {
    activateAll("one", "two");
    evaluator.scores = (version, caseId) -> version == 2 ? 0.3 : 1;
    TestRunService service = service();
    runNightly(service);
    registry.freeze(NAME, 2, CHANGE);

    evaluator.scores = (version, caseId) -> 1;
    service.startGateRun(prompts.findVersion(NAME, 2).orElseThrow(), suite(), "key_1");
    runAll(service);
    assertTrue(state().isFrozen(2));
  }
}
