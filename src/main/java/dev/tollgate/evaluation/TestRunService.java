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

/** Starts runs, and carries them on through as many functions as they need. */
@Singleton
public class TestRunService {
  private static final Logger LOG = Logger.getLogger(TestRunService.class);

  /** Lambda stops functions that call themselves about sixteen times in a row. */
  private static final int MAX_CONTINUATIONS = 12;

  private static final int PAGE_SIZE = 100;

  private final PromptStore prompts;
  private final RunStore runs;
  private final Evaluator examiner;
  private final RunLauncher launcher;
  private final GateRunner gateRunner;
  private final NightlyRunner nightlyRunner;
  private final Clock clock;
  private final Duration slice;

  /**
   * @param slice for how long one function begins new attempts; with the time of an attempt on top
   *     it must end before Lambda's timeout
   */
  TestRunService(
      PromptStore prompts,
      RunStore runs,
      Evaluator examiner,
      RunLauncher launcher,
      GateRunner gateRunner,
      NightlyRunner nightlyRunner,
      Clock clock,
      @ConfigProperty(name = "tollgate.regression.slice", defaultValue = "12m") Duration slice) {
    this.prompts = prompts;
    this.runs = runs;
    this.examiner = examiner;
    this.launcher = launcher;
    this.gateRunner = gateRunner;
    this.nightlyRunner = nightlyRunner;
    this.clock = clock;
    this.slice = slice;
  }

  /**
   * Starts to test a version against a suite.
   *
   * @param by the id of the key that asks for it
   * @throws InvalidSuiteException if the suite cannot be run as it is
   * @throws RunLauncher.LaunchFailedException if no function can be had; the run is invalid then
   */
  public TestRun startGateRun(PromptVersion version, Suite suite, String by) {
    TestRun run = newRun(RunId.generate(clock), version, suite, TestRun.Kind.GATE, by);
    runs.create(run);
    try {
      launcher.launch(run.prompt(), run.id(), 0);
    } catch (RunLauncher.LaunchFailedException e) {
      runs.finish(run, State.Finished.invalid("no function could be had for it", clock));
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
        examiner.judgeVersionFor(version.content().model()),
        kind,
        new TestRun.Start(by, clock.instant()));
  }

  /**
   * Starts the night of every prompt that has a version in production and a suite. One that cannot
   * be started holds up no other.
   *
   * @param date whose night it is; the night of a date is run once, and without a date anew
   * @throws RunLauncher.LaunchFailedException if a run found no function; asked again for the same
   *     date, it is tried again
   */
  public NightlyStart startNightlyRuns(Optional<LocalDate> date) {
    List<TestRun> started = new ArrayList<>();
    List<PromptName> untestable = new ArrayList<>();
    List<RunLauncher.LaunchFailedException> failures = new ArrayList<>();
    Optional<PromptName> last = Optional.empty();
    List<PromptState> heads;
    do {
      heads = prompts.listStates(last, PAGE_SIZE);
      for (PromptState state : heads) {
        last = Optional.of(state.name());
        try {
          startNightlyRuns(state, date).ifPresent(started::add);
        } catch (InvalidSuiteException e) {
          LOG.errorf("the suite of %s cannot be run: %s", state.name(), e.getMessage());
          untestable.add(state.name());
        } catch (RunLauncher.LaunchFailedException e) {
          failures.add(e);
        }
      }
    } while (heads.size() == PAGE_SIZE);
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return new NightlyStart(started, untestable);
  }

  /**
   * A night that has begun.
   *
   * @param started the runs that were started now
   * @param untestable prompts whose suites cannot be run, as when they became stricter to read
   */
  public record NightlyStart(List<TestRun> started, List<PromptName> untestable) {
    public NightlyStart {
      started = List.copyOf(started);
      untestable = List.copyOf(untestable);
    }
  }

  private Optional<TestRun> startNightlyRuns(PromptState state, Optional<LocalDate> date) {
    PromptName name = state.name();
    Optional<Suite> suite = state.suiteHash().flatMap(hash -> prompts.findSuite(name, hash));
    if (state.active().isEmpty() || suite.isEmpty()) {
      return Optional.empty();
    }
    RunId id = date.map(it -> RunId.ofNightlyRun(name, it)).orElseGet(() -> RunId.generate(clock));
    Optional<TestRun> known = runs.find(name, id);
    if (known.isPresent() && !known.get().isRunning()) {
      return Optional.empty();
    }
    // One that is under way may have lost its function before that could begin.
    TestRun run =
        known.orElseGet(
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
   * Works on a run for as long as one function may, and has another one go on if that is not
   * enough. Each step of it may be done again after a function was killed in the middle.
   *
   * @param continuation how many functions have worked on it before
   * @param token of the event that this one was invoked by
   */
  public ResumeResult resume(PromptName prompt, RunId id, int continuation, String token) {
    TestRun run =
        runs.find(prompt, id)
            .orElseThrow(
                () -> new IllegalArgumentException("%s has no run %s".formatted(prompt, id)));
    if (!run.isRunning()) {
      endComparison(run);
      return new ResumeResult(run, false);
    }
    WorkSlice shift = new WorkSlice(token, clock.instant().plus(slice));
    SliceResult step =
        switch (run.kind()) {
          case GATE -> gateRunner.execute(run, shift);
          case NIGHTLY -> nightlyRunner.execute(run, shift);
          case COMPARISON ->
              throw new IllegalArgumentException("run " + id + " is a part of another one");
        };
    return switch (step) {
      case SliceResult.Ended(State.Finished end) -> endRun(run, end);
      case SliceResult.OutOfTime() when continuation < MAX_CONTINUATIONS -> {
        launcher.launch(prompt, id, continuation + 1);
        yield new ResumeResult(run, false);
      }
      case SliceResult.OutOfTime() ->
          endRun(
              run,
              State.Finished.invalid(
                  "it did not end within %d functions: make the suite smaller"
                      .formatted(MAX_CONTINUATIONS + 1),
                  clock));
    };
  }

  /**
   * A run as it is now.
   *
   * @param endedNow whether it has just ended, of which nobody else was told
   */
  public record ResumeResult(TestRun run, boolean endedNow) {}

  private ResumeResult endRun(TestRun run, State.Finished end) {
    boolean ended = runs.finish(run, end);
    endComparison(run);
    if (!ended) {
      return new ResumeResult(runs.find(run.prompt(), run.id()).orElseThrow(), false);
    }
    LOG.infof(
        "run %s of %s version %d: %s, %s",
        run.id(), run.prompt(), run.version(), end.outcome().id(), end.reason());
    return new ResumeResult(run.withState(end), true);
  }

  /** What is still under way when its night has ended has nothing left to be compared with. */
  private void endComparison(TestRun run) {
    if (run.kind() == TestRun.Kind.NIGHTLY) {
      runs.find(run.prompt(), run.id().comparisonId())
          .filter(TestRun::isRunning)
          .ifPresent(
              comparison ->
                  runs.finish(
                      comparison, State.Finished.invalid("its night ended before it did", clock)));
    }
  }
}
