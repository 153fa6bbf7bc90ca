package dev.tollgate.evaluation;

import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.evaluation.suite.InvalidSuiteException;
import dev.tollgate.evaluation.suite.TestSuite;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.Suite;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Starts test runs and continues each one in as many functions as it needs. */
@Singleton
public class TestRunService {
  private static final Logger LOG = Logger.getLogger(TestRunService.class);

  /** Lambda stops a function that calls itself about sixteen times in a row. */
  private static final int MAX_CONTINUATIONS = 12;

  private static final int PAGE_SIZE = 100;

  private final PromptStore prompts;
  private final RunStore runs;
  private final Evaluator evaluator;
  private final RunLauncher launcher;
  private final GateRunner gateRunner;
  private final NightlyRunner nightlyRunner;
  private final Clock clock;
  private final Duration slice;

  /**
   * @param slice how long one function begins new attempts. The slice plus the time of one attempt
   *     must be shorter than Lambda's timeout
   */
  TestRunService(
      PromptStore prompts,
      RunStore runs,
      Evaluator evaluator,
      RunLauncher launcher,
      GateRunner gateRunner,
      NightlyRunner nightlyRunner,
      Clock clock,
      @ConfigProperty(name = "tollgate.regression.slice", defaultValue = "12m") Duration slice) {
    this.prompts = prompts;
    this.runs = runs;
    this.evaluator = evaluator;
    this.launcher = launcher;
    this.gateRunner = gateRunner;
    this.nightlyRunner = nightlyRunner;
    this.clock = clock;
    this.slice = slice;
  }

  /**
   * Starts a run of a version against a suite.
   *
   * @param by the id of the caller's key
   * @throws InvalidSuiteException if the suite is not valid
   * @throws RunLauncher.LaunchFailedException if Lambda rejects the invocation; the run is invalid
   */
  public TestRun startGateRun(PromptVersion version, Suite suite, String by) {
    TestRun run = newRun(RunId.generate(clock), version, suite, TestRun.Kind.GATE, by);
    runs.create(run);
    try {
      launcher.launch(run.prompt(), run.id(), 0);
    } catch (RunLauncher.LaunchFailedException e) {
      runs.finish(
          run, State.Finished.invalid("failed to start: Lambda rejected the invocation", clock));
      throw e;
    }
    return run;
  }

  private TestRun newRun(
      RunId id, PromptVersion version, Suite suite, TestRun.Kind kind, String by) {
    return TestRun.of(
        id,
        version,
        TestSuite.of(suite),
        evaluator.judgeVersionFor(version.content().model()),
        kind,
        new TestRun.Start(by, clock.instant()));
  }

  /**
   * Starts the nightly run of every prompt that has an active version and a suite. A prompt that
   * fails to start does not stop the others.
   *
   * @param date starts at most one run per prompt and date; without a date, each call starts a run
   * @throws RunLauncher.LaunchFailedException if Lambda rejects an invocation. A retry with the
   *     same date starts the missing runs
   */
  public NightlyStart startNightlyRuns(Optional<LocalDate> date) {
    List<TestRun> started = new ArrayList<>();
    List<PromptName> untestable = new ArrayList<>();
    List<RunLauncher.LaunchFailedException> failures = new ArrayList<>();
    Optional<PromptName> last = Optional.empty();
    List<PromptState> states;
    do {
      states = prompts.listStates(last, PAGE_SIZE);
      for (PromptState state : states) {
        last = Optional.of(state.name());
        try {
          startNightlyRun(state, date).ifPresent(started::add);
        } catch (InvalidSuiteException e) {
          LOG.errorf(
              "Skipped the nightly run of %s: its suite is not valid: %s",
              state.name(), e.getMessage());
          untestable.add(state.name());
        } catch (RunLauncher.LaunchFailedException e) {
          failures.add(e);
        }
      }
    } while (states.size() == PAGE_SIZE);
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return new NightlyStart(started, untestable);
  }

  /**
   * The result of starting the nightly runs.
   *
   * @param started the runs that this call started
   * @param untestable prompts whose suites are not valid, such as after a stricter release
   */
  public record NightlyStart(List<TestRun> started, List<PromptName> untestable) {
    public NightlyStart {
      started = List.copyOf(started);
      untestable = List.copyOf(untestable);
    }
  }

  private Optional<TestRun> startNightlyRun(PromptState state, Optional<LocalDate> date) {
    PromptName name = state.name();
    Optional<Suite> suite = state.suiteHash().flatMap(hash -> prompts.findSuite(name, hash));
    if (state.active().isEmpty() || suite.isEmpty()) {
      return Optional.empty();
    }
    RunId id = date.map(it -> RunId.ofNightlyRun(name, it)).orElseGet(() -> RunId.generate(clock));
    Optional<TestRun> existing = runs.find(name, id);
    if (existing.isPresent() && !existing.get().isRunning()) {
      return Optional.empty();
    }
    // Launch a running one again: its function may have been killed before it began.
    TestRun run =
        existing.orElseGet(
            () ->
                newRun(
                    id,
                    prompts.findVersion(name, state.active().getAsInt()).orElseThrow(),
                    suite.get(),
                    TestRun.Kind.NIGHTLY,
                    ModelEvaluator.CALLER.keyId()));
    runs.create(run);
    launcher.launch(name, id, 0);
    return Optional.of(run);
  }

  /**
   * Works on a run for one slice, and launches the next function if the run needs more time. Each
   * step is repeatable, so that a run survives a killed function.
   *
   * @param continuation how many functions have worked on the run already
   * @param token of the event that invoked this function
   */
  public ResumeResult resume(PromptName prompt, RunId id, int continuation, String token) {
    TestRun run =
        runs.find(prompt, id)
            .orElseThrow(
                () ->
                    new IllegalArgumentException("Prompt %s has no run %s".formatted(prompt, id)));
    if (!run.isRunning()) {
      endComparison(run);
      return new ResumeResult(run, false);
    }
    WorkSlice work = new WorkSlice(token, clock.instant().plus(slice));
    SliceResult result =
        switch (run.kind()) {
          case GATE -> gateRunner.execute(run, work);
          case NIGHTLY -> nightlyRunner.execute(run, work);
          case COMPARISON ->
              throw new IllegalArgumentException(
                  "Run " + id + " is a comparison: resume its nightly run");
        };
    return switch (result) {
      case SliceResult.Ended(State.Finished end) -> endRun(run, end);
      case SliceResult.OutOfTime() when continuation < MAX_CONTINUATIONS -> {
        launcher.launch(prompt, id, continuation + 1);
        yield new ResumeResult(run, false);
      }
      case SliceResult.OutOfTime() ->
          endRun(
              run,
              State.Finished.invalid(
                  "not finished within %d function invocations: reduce the suite"
                      .formatted(MAX_CONTINUATIONS + 1),
                  clock));
    };
  }

  /**
   * The state of a run after one function.
   *
   * @param endedNow whether this function ended the run
   */
  public record ResumeResult(TestRun run, boolean endedNow) {}

  private ResumeResult endRun(TestRun run, State.Finished end) {
    boolean ended = runs.finish(run, end);
    endComparison(run);
    if (!ended) {
      return new ResumeResult(runs.find(run.prompt(), run.id()).orElseThrow(), false);
    }
    LOG.infof(
        "Run %s of %s@%d ended: %s, %s",
        run.id(), run.prompt(), run.version(), end.outcome().id(), end.reason());
    return new ResumeResult(run.withState(end), true);
  }

  /** Ends the comparison of a nightly run that has ended: it would have no effect. */
  private void endComparison(TestRun run) {
    if (run.kind() == TestRun.Kind.NIGHTLY) {
      runs.find(run.prompt(), run.id().comparisonId())
          .filter(TestRun::isRunning)
          .ifPresent(
              comparison ->
                  runs.finish(
                      comparison, State.Finished.invalid("its nightly run has ended", clock)));
    }
  }
}
