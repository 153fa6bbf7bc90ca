package dev.tollgate.evaluation;

import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.evaluation.suite.TestSuite;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.Suspension;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Tests the version in production. If it does not pass, it is asked twice more, the last good
 * version takes the same tests before the same judge, and the {@link RollbackPolicy} decides.
 */
@Singleton
class NightlyRunner {
  private final PromptStore prompts;
  private final PromptRegistry registry;
  private final RunStore runs;
  private final SuiteRunner runner;
  private final GateRunner gateRunner;
  private final Clock clock;

  NightlyRunner(
      PromptStore prompts,
      PromptRegistry registry,
      RunStore runs,
      SuiteRunner runner,
      GateRunner gateRunner,
      Clock clock) {
    this.prompts = prompts;
    this.registry = registry;
    this.runs = runs;
    this.runner = runner;
    this.gateRunner = gateRunner;
    this.clock = clock;
  }

  SliceResult execute(TestRun run, WorkSlice shift) {
    PromptState state = prompts.findState(run.prompt()).orElseThrow();
    if (!state.isActive(run.version()) && !wasRolledBackBy(run, state)) {
      return new SliceResult.Ended(superseded(run));
    }
    TestSuite suite = runner.loadSuite(run);
    return switch (runner.run(run, suite, 1, shift)) {
      case SuiteRunner.Progress.JudgeDistrusted(String reason) ->
          new SliceResult.Ended(State.Finished.invalid(reason, clock));
      case SuiteRunner.Progress.OutOfTime() -> new SliceResult.OutOfTime();
      case SuiteRunner.Progress.Complete(List<Attempt> attempts) -> {
        Measures measures = new ResultSummary(suite, attempts).measures();
        yield measures.outcome() == RunOutcome.FAILED
            ? confirm(run, suite, state, shift)
            : new SliceResult.Ended(gateRunner.conclude(run, measures));
      }
    };
  }

  /** Whether this very run rolled back, by a function that did not live to say so. */
  private static boolean wasRolledBackBy(TestRun run, PromptState state) {
    Suspension why = state.activationHistory().suspensions().get(run.version());
    return why != null && why.runId().equals(run.id().value());
  }

  /** Asks the version twice more. */
  private SliceResult confirm(TestRun run, TestSuite suite, PromptState state, WorkSlice shift) {
    return switch (runner.run(run, suite, RollbackPolicy.PASSES, shift)) {
      case SuiteRunner.Progress.JudgeDistrusted(String reason) ->
          new SliceResult.Ended(State.Finished.invalid(reason, clock));
      case SuiteRunner.Progress.OutOfTime() -> new SliceResult.OutOfTime();
      case SuiteRunner.Progress.Complete(List<Attempt> attempts) -> {
        ResultSummary tally = new ResultSummary(suite, attempts);
        yield tally.measures().outcome() == RunOutcome.INVALID
            ? new SliceResult.Ended(gateRunner.conclude(run, tally.measures()))
            : compare(run, suite, tally, state, shift);
      }
    };
  }

  private SliceResult compare(
      TestRun run, TestSuite suite, ResultSummary tally, PromptState state, WorkSlice shift) {
    Optional<TestRun> known = runs.find(run.prompt(), run.id().comparisonId());
    OptionalInt target =
        known.isPresent()
            ? OptionalInt.of(known.get().version())
            : state.activationHistory().previousVersion();
    if (target.isEmpty()) {
      return endWith(
          RunOutcome.INCONCLUSIVE,
          "no earlier version was in production to compare it with: "
              + RollbackPolicy.describe(tally.versionResults()),
          tally);
    }
    PromptVersion good = prompts.findVersion(run.prompt(), target.getAsInt()).orElseThrow();
    PromptVersion version = prompts.findVersion(run.prompt(), run.version()).orElseThrow();
    if (!good.content().isCompatibleWith(version.content())) {
      return endWith(
          RollbackPolicy.isFailing(tally.versionResults())
              ? RunOutcome.OTHER_VARIABLES
              : RunOutcome.INCONCLUSIVE,
          "version %d takes other variables or questions, so that callers would fail with it: %s"
              .formatted(good.number(), RollbackPolicy.describe(tally.versionResults())),
          tally);
    }
    TestRun comparison = known.orElseGet(() -> createComparison(run, suite, good));
    return switch (runner.run(comparison, suite, RollbackPolicy.PASSES, shift)) {
      case SuiteRunner.Progress.JudgeDistrusted(String reason) ->
          new SliceResult.Ended(State.Finished.invalid(reason, clock));
      case SuiteRunner.Progress.OutOfTime() -> new SliceResult.OutOfTime();
      case SuiteRunner.Progress.Complete(List<Attempt> attempts) ->
          decide(run, tally, comparison, new ResultSummary(suite, attempts));
    };
  }

  private TestRun createComparison(TestRun run, TestSuite suite, PromptVersion good) {
    TestRun comparison =
        TestRun.of(
            run.id().comparisonId(),
            good,
            suite,
            run.judge(),
            TestRun.Kind.COMPARISON,
            run.startedBy(),
            clock.instant());
    return runs.create(comparison)
        ? comparison
        : runs.find(run.prompt(), comparison.id()).orElseThrow();
  }

  private SliceResult decide(
      TestRun run, ResultSummary tally, TestRun comparison, ResultSummary good) {
    Measures measures = good.measures();
    runs.finish(
        comparison, State.Finished.of(measures.outcome(), measures.reason(), measures, clock));
    if (measures.outcome() == RunOutcome.INVALID) {
      return endWith(
          RunOutcome.INVALID,
          "version %d, to compare with, could not be tested: %s"
              .formatted(comparison.version(), measures),
          tally);
    }
    return switch (RollbackPolicy.decide(tally.versionResults(), good.versionResults())) {
      case RollbackPolicy.Decision.RollBack(String reason) ->
          rollBack(run, comparison.version(), reason, tally);
      case RollbackPolicy.Decision.ModelDrift(String reason) ->
          endWith(RunOutcome.MODEL_DRIFT, reason, tally);
      case RollbackPolicy.Decision.Inconclusive(String reason) ->
          endWith(RunOutcome.INCONCLUSIVE, reason, tally);
    };
  }

  private SliceResult rollBack(TestRun run, int target, String reason, ResultSummary tally) {
    ChangeRequest changeRequest =
        new ChangeRequest(
            ModelEvaluator.CALLER.keyId(),
            Optional.of("Version %d failed its nightly tests: %s".formatted(run.version(), reason)),
            OptionalLong.empty());
    return switch (registry.rollBackFailed(
        run.prompt(), run.version(), target, run.id().value(), changeRequest)) {
      case PromptResult.Ok<PromptRegistry.PointerUpdate> _ -> {
        // The same content under another number must not pass on what it did before.
        gateRunner.recordVerdict(run, false);
        yield endWith(
            RunOutcome.ROLLED_BACK,
            "version %d is back in production and version %d is frozen: %s"
                .formatted(target, run.version(), reason),
            tally);
      }
      case PromptResult.Err<PromptRegistry.PointerUpdate>(PromptError.NoLongerActive _) ->
          new SliceResult.Ended(superseded(run));
      case PromptResult.Err<PromptRegistry.PointerUpdate>(PromptError refusal) ->
          endWith(
              RunOutcome.INCONCLUSIVE,
              "version %d could not be put back, %s: %s".formatted(target, refusal, reason),
              tally);
    };
  }

  private SliceResult endWith(RunOutcome outcome, String reason, ResultSummary tally) {
    return new SliceResult.Ended(State.Finished.of(outcome, reason, tally.measures(), clock));
  }

  private State.Finished superseded(TestRun run) {
    return new State.Finished(
        RunOutcome.SUPERSEDED,
        "version %d is no longer in production, so nothing was moved".formatted(run.version()),
        clock.instant(),
        Optional.empty());
  }
}
