package dev.tollgate.evaluation;

import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.evaluation.suite.TestSuite;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.GateVerdict;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** Tests a version once, and tells the gate. */
@Singleton
class GateRunner {
  private static final Logger LOG = Logger.getLogger(GateRunner.class);

  private final PromptStore prompts;
  private final PromptRegistry registry;
  private final SuiteRunner runner;
  private final Clock clock;

  GateRunner(PromptStore prompts, PromptRegistry registry, SuiteRunner runner, Clock clock) {
    this.prompts = prompts;
    this.registry = registry;
    this.runner = runner;
    this.clock = clock;
  }

  SliceResult execute(TestRun run, WorkSlice shift) {
    TestSuite suite = runner.loadSuite(run);
    return switch (runner.run(run, suite, 1, shift)) {
      case SuiteRunner.Progress.JudgeDistrusted(String reason) ->
          new SliceResult.Ended(State.Finished.invalid(reason, clock));
      case SuiteRunner.Progress.OutOfTime() -> new SliceResult.OutOfTime();
      case SuiteRunner.Progress.Complete(List<Attempt> attempts) ->
          new SliceResult.Ended(conclude(run, new ResultSummary(suite, attempts).measures()));
    };
  }

  /**
   * What a run's measures mean, and what the gate says from now on. An invalid run says nothing.
   */
  State.Finished conclude(TestRun run, Measures measures) {
    RunOutcome outcome = measures.outcome();
    if (outcome != RunOutcome.INVALID) {
      recordVerdict(run, outcome == RunOutcome.PASSED);
    }
    return State.Finished.of(outcome, measures.reason(), measures, clock);
  }

  /** Says at the gate how the version did; what passes is no longer kept out by tests. */
  void recordVerdict(TestRun run, boolean passed) {
    boolean kept =
        prompts.recordVerdict(
            run.prompt(),
            new GateVerdict(
                run.versionHash(),
                run.suiteHash(),
                passed,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                run.id().value(),
                run.judge().id()),
            run.startedAt());
    if (!kept) {
      LOG.warnf("run %s passed, but began before another one failed: the gate stays", run.id());
    } else if (passed) {
      ChangeRequest changeRequest =
          new ChangeRequest(
              ModelEvaluator.CALLER.keyId(),
              Optional.of("Version %d passed its tests".formatted(run.version())),
              OptionalLong.empty());
      switch (registry.unfreezeAfterPass(
          run.prompt(), run.version(), run.id().value(), run.startedAt(), changeRequest)) {
        case PromptResult.Ok<PromptState> _ -> {}
        case PromptResult.Err<PromptState>(PromptError refusal) ->
            LOG.warnf("run %s did not lift the freeze: %s", run.id(), refusal);
      }
    }
  }
}
