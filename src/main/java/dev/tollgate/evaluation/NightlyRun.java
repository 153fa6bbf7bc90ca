package dev.tollgate.evaluation;

import dev.tollgate.evaluation.Run.State;
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
class NightlyRun {
  private final PromptStore prompts;
  private final PromptRegistry registry;
  private final RunStore runs;
  private final SuiteRunner runner;
  private final GateRun gate;
  private final Clock clock;

  NightlyRun(
      PromptStore prompts,
      PromptRegistry registry,
      RunStore runs,
      SuiteRunner runner,
      GateRun gate,
      Clock clock) {
    this.prompts = prompts;
    this.registry = registry;
    this.runs = runs;
    this.runner = runner;
    this.gate = gate;
    this.clock = clock;
  }

  Step work(Run run, Shift shift) {
    PromptState state = prompts.findState(run.prompt()).orElseThrow();
    if (!state.isActive(run.version()) && !wasWithdrawn(run, state)) {
      return new Step.Ended(superseded(run));
    }
    TestSuite suite = runner.suite(run);
    return switch (runner.run(run, suite, 1, shift)) {
      case SuiteRunner.Progress.Distrusted(String reason) ->
          new Step.Ended(State.Finished.invalid(reason, clock));
      case SuiteRunner.Progress.TimeUp() -> new Step.TimeUp();
      case SuiteRunner.Progress.Complete(List<Attempt> attempts) -> {
        Measures measures = new Tally(suite, attempts).measures();
        yield measures.outcome() == RunOutcome.FAILED
            ? confirm(run, suite, state, shift)
            : new Step.Ended(gate.conclude(run, measures));
      }
    };
  }

  /** Whether this very run rolled back, by a function that did not live to say so. */
  private static boolean wasWithdrawn(Run run, PromptState state) {
    Suspension why = state.activationHistory().suspensions().get(run.version());
    return why != null && why.runId().equals(run.id().value());
  }

  /** Asks the version twice more. */
  private Step confirm(Run run, TestSuite suite, PromptState state, Shift shift) {
    return switch (runner.run(run, suite, RollbackPolicy.PASSES, shift)) {
      case SuiteRunner.Progress.Distrusted(String reason) ->
          new Step.Ended(State.Finished.invalid(reason, clock));
      case SuiteRunner.Progress.TimeUp() -> new Step.TimeUp();
      case SuiteRunner.Progress.Complete(List<Attempt> attempts) -> {
        Tally tally = new Tally(suite, attempts);
        yield tally.measures().outcome() == RunOutcome.INVALID
            ? new Step.Ended(gate.conclude(run, tally.measures()))
            : compare(run, suite, tally, state, shift);
      }
    };
  }

  private Step compare(Run run, TestSuite suite, Tally tally, PromptState state, Shift shift) {
    Optional<Run> known = runs.find(run.prompt(), run.id().comparison());
    OptionalInt target =
        known.isPresent()
            ? OptionalInt.of(known.get().version())
            : state.activationHistory().previousVersion();
    if (target.isEmpty()) {
      return ended(
          RunOutcome.INCONCLUSIVE,
          "no earlier version was in production to compare it with: "
              + RollbackPolicy.words(tally.showing()),
          tally);
    }
    PromptVersion good = prompts.findVersion(run.prompt(), target.getAsInt()).orElseThrow();
    PromptVersion version = prompts.findVersion(run.prompt(), run.version()).orElseThrow();
    if (!good.content().isCompatibleWith(version.content())) {
      return ended(
          RollbackPolicy.fails(tally.showing())
              ? RunOutcome.OTHER_VARIABLES
              : RunOutcome.INCONCLUSIVE,
          "version %d takes other variables or questions, so that callers would fail with it: %s"
              .formatted(good.number(), RollbackPolicy.words(tally.showing())),
          tally);
    }
    Run comparison = known.orElseGet(() -> begin(run, suite, good));
    return switch (runner.run(comparison, suite, RollbackPolicy.PASSES, shift)) {
      case SuiteRunner.Progress.Distrusted(String reason) ->
          new Step.Ended(State.Finished.invalid(reason, clock));
      case SuiteRunner.Progress.TimeUp() -> new Step.TimeUp();
      case SuiteRunner.Progress.Complete(List<Attempt> attempts) ->
          decide(run, tally, comparison, new Tally(suite, attempts));
    };
  }

  private Run begin(Run run, TestSuite suite, PromptVersion good) {
    Run comparison =
        Run.of(
            run.id().comparison(),
            good,
            suite,
            run.judge(),
            Run.Kind.COMPARISON,
            run.startedBy(),
            clock.instant());
    return runs.create(comparison)
        ? comparison
        : runs.find(run.prompt(), comparison.id()).orElseThrow();
  }

  private Step decide(Run run, Tally tally, Run comparison, Tally good) {
    Measures measures = good.measures();
    runs.finish(
        comparison, State.Finished.of(measures.outcome(), measures.reason(), measures, clock));
    if (measures.outcome() == RunOutcome.INVALID) {
      return ended(
          RunOutcome.INVALID,
          "version %d, to compare with, could not be tested: %s"
              .formatted(comparison.version(), measures),
          tally);
    }
    return switch (RollbackPolicy.decide(tally.showing(), good.showing())) {
      case RollbackPolicy.Decision.RollBack(String reason) ->
          withdraw(run, comparison.version(), reason, tally);
      case RollbackPolicy.Decision.ModelDrift(String reason) ->
          ended(RunOutcome.MODEL_DRIFT, reason, tally);
      case RollbackPolicy.Decision.Inconclusive(String reason) ->
          ended(RunOutcome.INCONCLUSIVE, reason, tally);
    };
  }

  private Step withdraw(Run run, int target, String reason, Tally tally) {
    ChangeRequest changeRequest =
        new ChangeRequest(
            ModelExaminer.CALLER.keyId(),
            Optional.of("Version %d failed its nightly tests: %s".formatted(run.version(), reason)),
            OptionalLong.empty());
    return switch (registry.rollBackFailed(
        run.prompt(), run.version(), target, run.id().value(), changeRequest)) {
      case PromptResult.Ok<PromptRegistry.PointerUpdate> _ -> {
        // The same content under another number must not pass on what it did before.
        gate.tell(run, false);
        yield ended(
            RunOutcome.ROLLED_BACK,
            "version %d is back in production and version %d is frozen: %s"
                .formatted(target, run.version(), reason),
            tally);
      }
      case PromptResult.Err<PromptRegistry.PointerUpdate>(PromptError.NoLongerActive _) ->
          new Step.Ended(superseded(run));
      case PromptResult.Err<PromptRegistry.PointerUpdate>(PromptError refusal) ->
          ended(
              RunOutcome.INCONCLUSIVE,
              "version %d could not be put back, %s: %s".formatted(target, refusal, reason),
              tally);
    };
  }

  private Step ended(RunOutcome outcome, String reason, Tally tally) {
    return new Step.Ended(State.Finished.of(outcome, reason, tally.measures(), clock));
  }

  private State.Finished superseded(Run run) {
    return new State.Finished(
        RunOutcome.SUPERSEDED,
        "version %d is no longer in production, so nothing was moved".formatted(run.version()),
        clock.instant(),
        Optional.empty());
  }
}
