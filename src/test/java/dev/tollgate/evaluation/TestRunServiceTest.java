package dev.tollgate.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.JudgeCheckResult;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.judge.JudgedClaim;
import dev.tollgate.evaluation.suite.AssertionResult;
import dev.tollgate.evaluation.suite.CaseScore;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.Gate;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.Suite;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Runs from their start to what follows from them, with a model and a judge of the test's own. */
final class TestRunServiceTest {
  private static final PromptName NAME = new PromptName("rag");
  private static final LocalDate DATE = LocalDate.of(2026, 11, 24);
  private static final int CASES = 20;
  private static final ChangeRequest ORDER =
      new ChangeRequest("key_admin", Optional.of("test"), OptionalLong.empty());

  private final InMemoryPromptStore prompts = new InMemoryPromptStore();
  private final PromptRegistry registry = new PromptRegistry(prompts, Clock.systemUTC());
  private final Model model = new Model();
  private final Launches launches = new Launches();
  private RunStore runs = new InMemoryRunStore();

  /** What a version's answer to a case is worth, and whatever else happens then. */
  @FunctionalInterface
  private interface Behaviour {
    double score(int version, String caseId);
  }

  private static final class Model implements Evaluator {
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final AtomicBoolean alone = new AtomicBoolean();
    private volatile Behaviour behaviour = (version, caseId) -> 1;
    private volatile JudgeCheckResult canaries = new JudgeCheckResult.Passed();
    private volatile boolean judgeIsOut;

    @Override
    public JudgeVersion judgeVersionFor(String testedModel) {
      return new JudgeVersion("judge", 1, "0123456789ab");
    }

    @Override
    public JudgeCheckResult checkJudge(JudgeVersion judge, Instant deadline) {
      return canaries;
    }

    @Override
    public Attempt.Result evaluate(
        PromptVersion version,
        TestCase test,
        JudgeVersion judge,
        Instant deadline,
        Runnable answered) {
      int now = underWay.incrementAndGet();
      mostUnderWay.accumulateAndGet(now, Math::max);
      if (asked.getAndIncrement() == 0) {
        pause();
        alone.set(mostUnderWay.get() == 1);
      }
      answered.run();
      try {
        return answer(behaviour.score(version.number(), test.id()));
      } finally {
        underWay.decrementAndGet();
      }
    }

    private static void pause() {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** An answer of a hundred claims; below nothing, one that fails its hard assertion. */
    private Attempt.Result answer(double score) {
      List<JudgedClaim> claims = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        boolean supported = i < Math.round(100 * score);
        claims.add(
            new JudgedClaim(
                "claim " + i,
                supported ? JudgedClaim.Verdict.SUPPORTED : JudgedClaim.Verdict.NOT_ENOUGH_INFO,
                "",
                Optional.empty()));
      }
      boolean holds = score >= 0;
      return new Attempt.Result.Answered(
          "answer",
          Duration.ofMillis(1),
          BigDecimal.ZERO,
          new CaseScore(
              judgeIsOut
                  ? CaseScore.Outcome.UNDECIDED
                  : holds ? CaseScore.Outcome.PASSED : CaseScore.Outcome.FAILED,
              BigDecimal.ONE,
              List.of(
                  new AssertionResult(
                      new AssertionResult.Requirement(
                          "contains", BigDecimal.ONE, "the answer contains x"),
                      holds ? AssertionResult.Status.PASSED : AssertionResult.Status.FAILED,
                      Optional.of(holds ? BigDecimal.ONE : BigDecimal.ZERO),
                      "none")),
              Optional.of(
                  judgeIsOut
                      ? new Faithfulness.Unavailable("overloaded")
                      : new Faithfulness.Scored(claims))));
    }
  }

  /** Functions that were asked for and not yet run. */
  private static final class Launches implements RunLauncher {
    private record Launch(PromptName prompt, RunId run, int hop, String token) {}

    private final Deque<Launch> waiting = new ArrayDeque<>();
    private int all;
    private boolean refusing;

    @Override
    public void launch(PromptName prompt, RunId run, int hop) {
      if (refusing) {
        throw new LaunchFailedException("no function", new IllegalStateException("throttled"));
      }
      all++;
      waiting.add(new Launch(prompt, run, hop, "launch " + all));
    }
  }

  private TestRunService regression(Duration slice) {
    Clock clock = Clock.systemUTC();
    SuiteRunner runner = new SuiteRunner(prompts, runs, model, clock, Duration.ofMinutes(1));
    GateRunner gate = new GateRunner(prompts, registry, runner, clock);
    NightlyRunner night = new NightlyRunner(prompts, registry, runs, runner, gate, clock);
    return new TestRunService(prompts, runs, model, launches, gate, night, clock, slice);
  }

  private TestRunService regression() {
    return regression(Duration.ofMinutes(1));
  }

  /** Runs all functions that were asked for, and those that they ask for. */
  private void work(TestRunService regression) {
    while (!launches.waiting.isEmpty()) {
      Launches.Launch launch = launches.waiting.remove();
      TestRunService.ResumeResult unused = carryOn(regression, launch);
    }
  }

  private static TestRunService.ResumeResult carryOn(
      TestRunService regression, Launches.Launch launch) {
    return regression.resume(launch.prompt(), launch.run(), launch.hop(), launch.token());
  }

  private static Suite suite() {
    StringBuilder yaml = new StringBuilder("tests:\n");
    for (int i = 0; i < CASES; i++) {
      yaml.append("  - vars: {query: q%d, context: c}\n".formatted(i))
          .append("    assert:\n      - {type: contains, value: x}\n")
          .append("      - {type: context-faithfulness}\n");
    }
    return new Suite(yaml.toString());
  }

  private PromptVersion register(String text) {
    return registry
        .register(NAME, PromptContent.ofText(text, "m", Optional.empty(), 100), "ada", "", ORDER)
        .version();
  }

  /** Registers versions and puts them into production one after the other. */
  private void inProduction(String... texts) {
    for (String text : texts) {
      PromptVersion version = register(text);
      registry.activate(NAME, version.number(), true, ORDER);
    }
    registry.setSuite(NAME, suite(), ORDER);
  }

  private PromptState head() {
    return prompts.findState(NAME).orElseThrow();
  }

  private State.Finished night(TestRunService regression) {
    List<TestRun> started = regression.startNightlyRuns(Optional.empty()).started();
    assertEquals(1, started.size());
    work(regression);
    return end(started.getFirst());
  }

  private State.Finished end(TestRun run) {
    return assertInstanceOf(State.Finished.class, runs.find(NAME, run.id()).orElseThrow().state());
  }

  private Gate gate(int version) {
    return registry.evaluateGate(head(), prompts.findVersion(NAME, version).orElseThrow());
  }

  @Test
  void aVersionThatPassesMayGoIntoProduction() {
    registry.register(
        NAME, PromptContent.ofText("one", "m", Optional.empty(), 100), "ada", "", ORDER);
    registry.setSuite(NAME, suite(), ORDER);
    assertInstanceOf(Gate.NotRun.class, gate(1));

    TestRunService regression = regression();
    TestRun run =
        regression.startGateRun(prompts.findVersion(NAME, 1).orElseThrow(), suite(), "key_1");
    assertInstanceOf(Gate.NotRun.class, gate(1));
    work(regression);

    assertEquals(RunOutcome.PASSED, end(run).outcome());
    assertEquals(1, end(run).measures().orElseThrow().faithfulness().orElseThrow().mean());
    assertInstanceOf(Gate.Open.class, gate(1));
    assertInstanceOf(PromptResult.Ok.class, registry.activate(NAME, 1, false, ORDER));
    assertEquals(CASES, model.asked.get());
    assertTrue(model.alone.get(), "the first request was not alone");
    assertTrue(model.mostUnderWay.get() <= 8, "more than eight at a time");
  }

  @Test
  void aVersionThatFailsMayNot() {
    inProduction("one");
    PromptVersion worse = register("two");
    TestRunService regression = regression();

    model.behaviour = (version, caseId) -> caseId.equals("case-003") ? -1 : 1;
    TestRun one = regression.startGateRun(worse, suite(), "key_1");
    work(regression);
    assertEquals(RunOutcome.FAILED, end(one).outcome());
    assertEquals(List.of("case-003"), end(one).measures().orElseThrow().failingCases());
    assertInstanceOf(Gate.Failed.class, gate(2));

    model.behaviour = (version, caseId) -> 0.84;
    TestRun two = regression.startGateRun(worse, suite(), "key_1");
    work(regression);
    assertEquals(RunOutcome.FAILED, end(two).outcome());
    assertInstanceOf(PromptResult.Err.class, registry.activate(NAME, worse.number(), false, ORDER));

    model.behaviour = (version, caseId) -> 0.85;
    regression.startGateRun(worse, suite(), "key_1");
    work(regression);
    assertInstanceOf(Gate.Open.class, gate(2));
  }

  @Test
  void aRunThatFindsNoFunctionIsOver() {
    inProduction("one");
    launches.refusing = true;
    assertThrows(
        RunLauncher.LaunchFailedException.class,
        () ->
            regression()
                .startGateRun(prompts.findVersion(NAME, 1).orElseThrow(), suite(), "key_1"));
    assertEquals(
        RunOutcome.INVALID, end(runs.listNewest(NAME, Optional.empty(), 1).getFirst()).outcome());
  }

  @Test
  void aNightThatPassesMovesNothing() {
    inProduction("one", "two");
    long events = head().chainEnd().length();
    assertEquals(RunOutcome.PASSED, night(regression()).outcome());
    assertEquals(CASES, model.asked.get());
    assertEquals(events, head().chainEnd().length());
    assertInstanceOf(Gate.Open.class, gate(2));
  }

  @Test
  void aVersionThatGotWorseIsTakenOutAndTheLedgerSaysWhy() {
    inProduction("one", "two");
    model.behaviour = (version, caseId) -> version == 2 ? 0.3 : 1;
    TestRunService regression = regression();
    State.Finished end = night(regression);

    assertEquals(RunOutcome.ROLLED_BACK, end.outcome(), end.reason());
    assertEquals(6 * CASES, model.asked.get());
    assertEquals(OptionalInt.of(1), head().active());
    assertTrue(head().isFrozen(2));
    AuditEvent event = prompts.listEvents(NAME, Long.MAX_VALUE, 1).getFirst();
    assertEquals(AuditEventType.ROLLBACK, event.entry().type());
    assertEquals("tollgate-regression", event.entry().actor());
    assertTrue(event.entry().runId().isPresent());
    assertTrue(event.entry().reason().orElseThrow().contains("0.300"), event.toString());
    assertInstanceOf(Gate.Failed.class, gate(2));

    // The same content under another number is no other version to its tests.
    PromptVersion again = register("one more");
    assertInstanceOf(Gate.NotRun.class, gate(again.number()));
    assertInstanceOf(Gate.Failed.class, gate(register("two").number()));
  }

  @Test
  void aFrozenVersionComesBackByARunThatStartedLater() {
    inProduction("one", "two");
    TestRunService regression = regression();
    PromptVersion two = prompts.findVersion(NAME, 2).orElseThrow();
    TestRun before = regression.startGateRun(two, suite(), "key_1");
    Launches.Launch early = launches.waiting.remove();

    model.behaviour = (version, caseId) -> version == 2 ? 0.3 : 1;
    night(regression);
    assertTrue(head().isFrozen(2));

    model.behaviour = (version, caseId) -> 1;
    TestRunService.ResumeResult unused = carryOn(regression, early);
    assertEquals(RunOutcome.PASSED, end(before).outcome());
    assertTrue(head().isFrozen(2), "a run from before lifted the freeze");
    assertInstanceOf(Gate.Failed.class, gate(2), "a run from before opened the gate");

    regression.startGateRun(two, suite(), "key_1");
    work(regression);
    assertFalse(head().isFrozen(2));
    assertInstanceOf(PromptResult.Ok.class, registry.activate(NAME, 2, false, ORDER));
  }

  @Test
  void noRunLiftsAFreezeByAPerson() {
    inProduction("one", "two");
    model.behaviour = (version, caseId) -> version == 2 ? 0.3 : 1;
    TestRunService regression = regression();
    night(regression);
    registry.freeze(NAME, 2, ORDER);

    model.behaviour = (version, caseId) -> 1;
    regression.startGateRun(prompts.findVersion(NAME, 2).orElseThrow(), suite(), "key_1");
    work(regression);
    assertTrue(head().isFrozen(2));
  }

  @Test
  void whenBothVersionsFailNothingMoves() {
    inProduction("one", "two");
    model.behaviour = (version, caseId) -> version == 2 ? 0.3 : 0.6;
    long events = head().chainEnd().length();
    assertEquals(RunOutcome.MODEL_DRIFT, night(regression()).outcome());
    assertEquals(OptionalInt.of(2), head().active());
    assertEquals(events, head().chainEnd().length());
  }

  @Test
  void whoeverActivatesAnotherVersionMeanwhileKnewMore() {
    inProduction("one", "two", "three");
    PromptVersion four = register("four");
    AtomicBoolean activated = new AtomicBoolean();
    model.behaviour =
        (version, caseId) -> {
          // The third version has failed, and its comparison is under way.
          if (version == 2 && activated.compareAndSet(false, true)) {
            registry.activate(NAME, four.number(), true, ORDER);
          }
          return version == 3 ? 0.3 : 1;
        };
    assertEquals(RunOutcome.SUPERSEDED, night(regression()).outcome());
    assertEquals(OptionalInt.of(4), head().active());
    assertFalse(head().isFrozen(3));
    assertFalse(head().isFrozen(4));
  }

  @Test
  void aNightIsRunOnce() {
    inProduction("one", "two");
    TestRunService regression = regression();
    assertEquals(1, regression.startNightlyRuns(Optional.of(DATE)).started().size());
    // The second delivery of the event finds it under way: the run is the same one.
    regression.startNightlyRuns(Optional.of(DATE));
    work(regression);
    assertEquals(CASES, model.asked.get());
    assertEquals(List.of(), regression.startNightlyRuns(Optional.of(DATE)).started());
    assertEquals(1, runs.listNewest(NAME, Optional.empty(), 10).size());

    assertEquals(1, regression.startNightlyRuns(Optional.of(DATE.plusDays(1))).started().size());
    work(regression);
    assertEquals(2 * CASES, model.asked.get());
  }

  @Test
  void aNightThatFoundNoFunctionIsTriedAgain() {
    inProduction("one", "two");
    TestRunService regression = regression();
    launches.refusing = true;
    assertThrows(
        RunLauncher.LaunchFailedException.class,
        () -> regression.startNightlyRuns(Optional.of(DATE)));
    launches.refusing = false;
    regression.startNightlyRuns(Optional.of(DATE));
    work(regression);
    assertEquals(
        RunOutcome.PASSED, end(runs.listNewest(NAME, Optional.empty(), 1).getFirst()).outcome());
  }

  @Test
  void aSuiteThatCannotBeRunHoldsUpNoOtherPrompt() {
    inProduction("one");
    PromptName broken = new PromptName("broken");
    registry.register(
        broken, PromptContent.ofText("x", "m", Optional.empty(), 100), "ada", "", ORDER);
    registry.activate(broken, 1, true, ORDER);
    registry.setSuite(broken, new Suite("tests: [{assert: [{type: vibes}]}]"), ORDER);

    TestRunService.NightlyStart night = regression().startNightlyRuns(Optional.of(DATE));
    assertEquals(1, night.started().size());
    assertEquals(List.of(broken), night.untestable());
  }

  @Test
  void aComparisonEndsWithItsNight() {
    inProduction("one", "two");
    model.behaviour =
        (version, caseId) -> {
          model.canaries = new JudgeCheckResult.Unavailable("overloaded");
          return 0.3;
        };
    TestRunService regression = regression();
    TestRun run = regression.startNightlyRuns(Optional.empty()).started().getFirst();
    work(regression);
    assertEquals(RunOutcome.INVALID, end(run).outcome());
    TestRun comparison = runs.find(NAME, run.id().comparisonId()).orElseThrow();
    assertEquals(RunOutcome.INVALID, end(comparison).outcome());
  }

  @Test
  void aJudgeThatIsOutOrWrongDecidesNothing() {
    inProduction("one", "two");
    model.behaviour = (version, caseId) -> version == 2 ? 0.3 : 1;
    TestRunService regression = regression();

    model.canaries = new JudgeCheckResult.Unavailable("overloaded");
    assertEquals(RunOutcome.INVALID, night(regression).outcome());
    model.canaries = new JudgeCheckResult.Failed(List.of("it called the sky green"));
    assertEquals(RunOutcome.INVALID, night(regression).outcome());
    assertEquals(0, model.asked.get());

    model.canaries = new JudgeCheckResult.Passed();
    model.judgeIsOut = true;
    assertEquals(RunOutcome.INVALID, night(regression).outcome());
    assertEquals(OptionalInt.of(2), head().active());
    assertInstanceOf(Gate.NotRun.class, gate(2));
  }

  @Test
  void aTargetWithOtherVariablesIsLeftAlone() {
    inProduction("one {{product}}", "two");
    model.behaviour = (version, caseId) -> version == 2 ? 0.3 : 1;
    assertEquals(RunOutcome.OTHER_VARIABLES, night(regression()).outcome());
    assertEquals(OptionalInt.of(2), head().active());
  }

  @Test
  void withoutAnEarlierVersionNothingCanBeDecided() {
    inProduction("one");
    model.behaviour = (version, caseId) -> 0.3;
    assertEquals(RunOutcome.INCONCLUSIVE, night(regression()).outcome());
    assertEquals(OptionalInt.of(1), head().active());
  }

  @Test
  void aLongRunGoesOnInFurtherFunctionsAndCountsNothingTwice() {
    inProduction("one", "two");
    model.behaviour =
        (version, caseId) -> {
          Model.pause();
          return version == 2 ? 0.3 : 1;
        };
    TestRunService regression = regression(Duration.ofMillis(50));
    assertEquals(RunOutcome.ROLLED_BACK, night(regression).outcome());
    assertTrue(launches.all > 2, "one function did it all");
    assertEquals(6 * CASES, model.asked.get());
  }

  @Test
  void aRunThatNeverEndsIsGivenUp() {
    inProduction("one");
    TestRunService regression = regression(Duration.ZERO);
    assertEquals(RunOutcome.INVALID, night(regression).outcome());
    assertEquals(13, launches.all);
    assertEquals(0, model.asked.get());
  }

  @Test
  void aFunctionThatIsKilledInTheMiddleLeavesNothingHalfCounted() {
    inProduction("one", "two");
    AtomicInteger left = new AtomicInteger(30);
    model.behaviour =
        (version, caseId) -> {
          if (left.decrementAndGet() < 0 && left.get() > -100) {
            throw new IllegalStateException("killed");
          }
          return version == 2 ? 0.3 : 1;
        };
    TestRunService regression = regression();
    TestRun run = regression.startNightlyRuns(Optional.empty()).started().getFirst();
    assertThrows(
        IllegalStateException.class, () -> carryOn(regression, launches.waiting.element()));
    int made = runs.countAttempts(run);
    assertTrue(made >= CASES && made <= 30, "made " + made);

    left.set(Integer.MAX_VALUE);
    // Lambda's retry of the same event.
    work(regression);
    assertEquals(RunOutcome.ROLLED_BACK, end(run).outcome());
    assertEquals(3 * CASES, runs.listAttempts(run).size());
    assertEquals(
        3 * CASES, runs.countAttempts(runs.find(NAME, run.id().comparisonId()).orElseThrow()));
  }

  @Test
  void aFunctionThatIsKilledAfterItRolledBackStillSaysSo() {
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
    inProduction("one", "two");
    model.behaviour = (version, caseId) -> version == 2 ? 0.3 : 1;
    TestRunService regression = regression();
    TestRun run = regression.startNightlyRuns(Optional.empty()).started().getFirst();
    assertThrows(
        IllegalStateException.class, () -> carryOn(regression, launches.waiting.element()));
    assertEquals(OptionalInt.of(1), head().active());
    long events = head().chainEnd().length();

    work(regression);
    assertEquals(RunOutcome.ROLLED_BACK, end(run).outcome());
    assertEquals(events, head().chainEnd().length());
    assertEquals(6 * CASES, model.asked.get());
  }

  @Test
  void aFlakyJudgeMovesNothingInThirtyNights() {
    inProduction("one", "two");
    SplittableRandom random = new SplittableRandom(365);
    model.behaviour =
        (version, caseId) -> {
          synchronized (random) {
            // 1 or 0.49: a mean of 0.86, a deviation of 0.23.
            return random.nextDouble() < 0.7255 ? 1 : 0.49;
          }
        };
    TestRunService regression = regression();
    List<RunOutcome> outcomes = new ArrayList<>();
    for (int night = 0; night < 30; night++) {
      outcomes.add(night(regression).outcome());
    }
    assertEquals(OptionalInt.of(2), head().active(), outcomes.toString());
    assertTrue(outcomes.contains(RunOutcome.INCONCLUSIVE), "the judge was not flaky");
  }

  @Test
  void withdrawingWhatIsNotInProductionIsRefused() {
    inProduction("one", "two");
    assertEquals(
        new PromptResult.Err<>(new PromptError.NoLongerActive(NAME, 1, OptionalInt.of(2))),
        registry.rollBackFailed(NAME, 1, 2, "run", ORDER));
  }
}
