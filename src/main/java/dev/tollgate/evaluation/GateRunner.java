package dev.tollgate.evaluation;

import dev.tollgate.evaluation.TestRun.State;
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
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** Runs the suite once and records the verdict of the gate. */
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

  SliceResult execute(TestRun run, WorkSlice slice) {
    return runner.run(
        run,
        runner.loadSuite(run),
        1,
        slice,
        summary -> new SliceResult.Ended(conclude(run, summary.measures())));
  }

  /** Ends a run with the outcome of its measures. An invalid run does not change the gate. */
  State.Finished conclude(TestRun run, Measures measures) {
    RunOutcome outcome = measures.outcome();
    if (outcome != RunOutcome.INVALID) {
      recordVerdict(run, outcome == RunOutcome.PASSED);
    }
    return State.Finished.of(outcome, measures.reason(), measures, clock);
  }

  /** Records the verdict of the gate. A passed run lifts the freeze of a nightly run. */
  void recordVerdict(TestRun run, boolean passed) {
    boolean recorded =
        prompts.recordVerdict(
            run.prompt(),
            new GateVerdict(
                run.subject().versionHash(),
                run.subject().suiteHash(),
                passed,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                run.id().value(),
                run.subject().judge().id()),
            run.start().at());
    if (!recorded) {
      LOG.warnf(
          "Skipped the verdict of run %s: it passed, but a run that started later failed; gate"
              + " unchanged",
          run.id());
    } else if (passed) {
      ChangeRequest changeRequest =
          new ChangeRequest(
              ModelEvaluator.CALLER.keyId(),
              Optional.of("Version %d passed its tests".formatted(run.version())),
              OptionalLong.empty());
      switch (registry.unfreezeAfterPass(
          run.prompt(), run.version(), run.id().value(), run.start().at(), changeRequest)) {
        case PromptResult.Ok<PromptState> _ -> {}
        case PromptResult.Err<PromptState>(PromptError error) ->
            LOG.warnf(
                "Failed to unfreeze %s@%d after run %s: %s",
                run.prompt(), run.version(), run.id(), error);
      }
    }
  }
}
