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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Tests the active version. If it fails, two more passes follow, and the last good version takes
 * the same tests before the same judge. Then the {@link RollbackPolicy} decides.
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

  SliceResult execute(TestRun run, WorkSlice slice) {
    PromptState state = prompts.findState(run.prompt()).orElseThrow();
    if (!state.isActive(run.version()) && !wasRolledBackBy(run, state)) {
      return new SliceResult.Ended(superseded(run));
    }
    TestSuite suite = runner.loadSuite(run);
    return runner.run(
        run,
        suite,
        1,
        slice,
        summary ->
            summary.measures().outcome() == RunOutcome.FAILED
                ? confirm(run, suite, state, slice)
                : new SliceResult.Ended(gateRunner.conclude(run, summary.measures())));
  }

  /** Whether this run rolled back already, in a function that was killed before it could end it. */
  private static boolean wasRolledBackBy(TestRun run, PromptState state) {
    Suspension suspension = state.activationHistory().suspensions().get(run.version());
    return suspension != null && suspension.runId().equals(run.id().value());
  }

  /** Runs the remaining passes of the active version. */
  private SliceResult confirm(TestRun run, TestSuite suite, PromptState state, WorkSlice slice) {
    return runner.run(
        run,
        suite,
        RollbackPolicy.PASSES,
        slice,
        summary ->
            summary.measures().outcome() == RunOutcome.INVALID
                ? new SliceResult.Ended(gateRunner.conclude(run, summary.measures()))
                : compare(run, suite, summary, state, slice));
  }

  private SliceResult compare(
      TestRun run, TestSuite suite, ResultSummary summary, PromptState state, WorkSlice slice) {
    Optional<TestRun> existing = runs.find(run.prompt(), run.id().comparisonId());
    OptionalInt target =
        existing.isPresent()
            ? OptionalInt.of(existing.get().version())
            : state.activationHistory().previousVersion();
    if (target.isEmpty()) {
      return endWith(
          RunOutcome.INCONCLUSIVE,
          "no earlier version was active to compare it with: "
              + RollbackPolicy.describe(summary.versionResults()),
          summary);
    }
    PromptVersion baseline = prompts.findVersion(run.prompt(), target.getAsInt()).orElseThrow();
    PromptVersion version = prompts.findVersion(run.prompt(), run.version()).orElseThrow();
    if (!baseline.content().isCompatibleWith(version.content())) {
      return endWith(
          RollbackPolicy.isFailing(summary.versionResults())
              ? RunOutcome.OTHER_VARIABLES
              : RunOutcome.INCONCLUSIVE,
          "version %d has other variables or another user message, so calls would fail: %s"
              .formatted(baseline.number(), RollbackPolicy.describe(summary.versionResults())),
          summary);
    }
    TestRun comparison = existing.orElseGet(() -> createComparison(run, suite, baseline));
    return runner.run(
        comparison,
        suite,
        RollbackPolicy.PASSES,
        slice,
        comparisonSummary -> decide(run, summary, comparison, comparisonSummary));
  }

  private TestRun createComparison(TestRun run, TestSuite suite, PromptVersion baseline) {
    TestRun comparison =
        TestRun.of(
            run.id().comparisonId(),
            baseline,
            suite,
            run.subject().judge(),
            TestRun.Kind.COMPARISON,
            new TestRun.Start(run.start().by(), clock.instant()));
    return runs.create(comparison)
        ? comparison
        : runs.find(run.prompt(), comparison.id()).orElseThrow();
  }

  private SliceResult decide(
      TestRun run, ResultSummary summary, TestRun comparison, ResultSummary baseline) {
    Measures measures = baseline.measures();
    runs.finish(
        comparison, State.Finished.of(measures.outcome(), measures.reason(), measures, clock));
    if (measures.outcome() == RunOutcome.INVALID) {
      return endWith(
          RunOutcome.INVALID,
          "version %d could not be tested for the comparison: %s"
              .formatted(comparison.version(), measures),
          summary);
    }
    return switch (RollbackPolicy.decide(summary.versionResults(), baseline.versionResults())) {
      case RollbackPolicy.Decision.RollBack(String reason) ->
          rollBack(run, comparison.version(), reason, summary);
      case RollbackPolicy.Decision.ModelDrift(String reason) ->
          endWith(RunOutcome.MODEL_DRIFT, reason, summary);
      case RollbackPolicy.Decision.Inconclusive(String reason) ->
          endWith(RunOutcome.INCONCLUSIVE, reason, summary);
    };
  }

  private SliceResult rollBack(TestRun run, int target, String reason, ResultSummary summary) {
    ChangeRequest changeRequest =
        new ChangeRequest(
            ModelEvaluator.CALLER.keyId(),
            Optional.of("Version %d failed its nightly tests: %s".formatted(run.version(), reason)),
            OptionalLong.empty());
    return switch (registry.rollBackFailed(
        run.prompt(), run.version(), target, run.id().value(), changeRequest)) {
      case PromptResult.Ok<PromptRegistry.PointerUpdate> _ -> {
        // The failed verdict also holds for the same content under another number.
        gateRunner.recordVerdict(run, false);
        yield endWith(
            RunOutcome.ROLLED_BACK,
            "version %d is active again and version %d is frozen: %s"
                .formatted(target, run.version(), reason),
            summary);
      }
      case PromptResult.Err<PromptRegistry.PointerUpdate>(PromptError.NoLongerActive _) ->
          new SliceResult.Ended(superseded(run));
      case PromptResult.Err<PromptRegistry.PointerUpdate>(PromptError error) ->
          endWith(
              RunOutcome.INCONCLUSIVE,
              "version %d could not be reactivated, %s: %s".formatted(target, error, reason),
              summary);
    };
  }

  private SliceResult endWith(RunOutcome outcome, String reason, ResultSummary summary) {
    return new SliceResult.Ended(State.Finished.of(outcome, reason, summary.measures(), clock));
  }

  private State.Finished superseded(TestRun run) {
    return new State.Finished(
        RunOutcome.SUPERSEDED,
        "version %d is no longer active, so nothing changed".formatted(run.version()),
        clock.instant(),
        Optional.empty());
  }
}
