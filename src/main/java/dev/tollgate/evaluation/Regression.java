package dev.tollgate.evaluation;

import dev.tollgate.evaluation.Run.State;
import dev.tollgate.evaluation.suite.SuiteException;
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
public class Regression {
  private static final Logger LOG = Logger.getLogger(Regression.class);

  /** Lambda stops functions that call themselves about sixteen times in a row. */
  private static final int MOST_HOPS = 12;

  private static final int PAGE = 100;

  private final PromptStore prompts;
  private final RunStore runs;
  private final Examiner examiner;
  private final RunLauncher launcher;
  private final GateRun gate;
  private final NightlyRun night;
  private final Clock clock;
  private final Duration slice;

  /**
   * @param slice for how long one function begins new attempts; with the time of an attempt on top
   *     it must end before Lambda's timeout
   */
  Regression(
      PromptStore prompts,
      RunStore runs,
      Examiner examiner,
      RunLauncher launcher,
      GateRun gate,
      NightlyRun night,
      Clock clock,
      @ConfigProperty(name = "tollgate.regression.slice", defaultValue = "12m") Duration slice) {
    this.prompts = prompts;
    this.runs = runs;
    this.examiner = examiner;
    this.launcher = launcher;
    this.gate = gate;
    this.night = night;
    this.clock = clock;
    this.slice = slice;
  }

  /**
   * Starts to test a version against a suite.
   *
   * @param by the id of the key that asks for it
   * @throws SuiteException if the suite cannot be run as it is
   * @throws RunLauncher.NotLaunchedException if no function can be had; the run is invalid then
   */
  public Run test(PromptVersion version, Suite suite, String by) {
    Run run = run(RunId.next(clock), version, suite, Run.Kind.GATE, by);
    runs.create(run);
    try {
      launcher.launch(run.prompt(), run.id(), 0);
    } catch (RunLauncher.NotLaunchedException e) {
      runs.finish(run, State.Finished.invalid("no function could be had for it", clock));
      throw e;
    }
    return run;
  }

  private Run run(RunId id, PromptVersion version, Suite suite, Run.Kind kind, String by) {
    return Run.of(
        id,
        version,
        TestSuite.of(suite),
        examiner.judge(version.content().model()),
        kind,
        by,
        clock.instant());
  }

  /**
   * Starts the night of every prompt that has a version in production and a suite. One that cannot
   * be started holds up no other.
   *
   * @param date whose night it is; the night of a date is run once, and without a date anew
   * @throws RunLauncher.NotLaunchedException if a run found no function; asked again for the same
   *     date, it is tried again
   */
  public Night startNight(Optional<LocalDate> date) {
    List<Run> started = new ArrayList<>();
    List<PromptName> untestable = new ArrayList<>();
    List<RunLauncher.NotLaunchedException> failures = new ArrayList<>();
    Optional<PromptName> last = Optional.empty();
    List<PromptState> heads;
    do {
      heads = prompts.listStates(last, PAGE);
      for (PromptState state : heads) {
        last = Optional.of(state.name());
        try {
          startNight(state, date).ifPresent(started::add);
        } catch (SuiteException e) {
          LOG.errorf("the suite of %s cannot be run: %s", state.name(), e.getMessage());
          untestable.add(state.name());
        } catch (RunLauncher.NotLaunchedException e) {
          failures.add(e);
        }
      }
    } while (heads.size() == PAGE);
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return new Night(started, untestable);
  }

  /**
   * A night that has begun.
   *
   * @param started the runs that were started now
   * @param untestable prompts whose suites cannot be run, as when they became stricter to read
   */
  public record Night(List<Run> started, List<PromptName> untestable) {
    public Night {
      started = List.copyOf(started);
      untestable = List.copyOf(untestable);
    }
  }

  private Optional<Run> startNight(PromptState state, Optional<LocalDate> date) {
    PromptName name = state.name();
    Optional<Suite> suite = state.suiteHash().flatMap(hash -> prompts.findSuite(name, hash));
    if (state.active().isEmpty() || suite.isEmpty()) {
      return Optional.empty();
    }
    RunId id = date.map(it -> RunId.ofNight(name, it)).orElseGet(() -> RunId.next(clock));
    Optional<Run> known = runs.find(name, id);
    if (known.isPresent() && !known.get().isRunning()) {
      return Optional.empty();
    }
    // One that is under way may have lost its function before that could begin.
    Run run =
        known.orElseGet(
            () ->
                run(
                    id,
                    prompts.findVersion(name, state.active().getAsInt()).orElseThrow(),
                    suite.get(),
                    Run.Kind.NIGHTLY,
                    ModelExaminer.CALLER.keyId()));
    runs.create(run);
    launcher.launch(name, id, 0);
    return Optional.of(run);
  }

  /**
   * Works on a run for as long as one function may, and has another one go on if that is not
   * enough. Each step of it may be done again after a function was killed in the middle.
   *
   * @param hop how many functions have worked on it before
   * @param token of the event that this one was invoked by
   */
  public Work carryOn(PromptName prompt, RunId id, int hop, String token) {
    Run run =
        runs.find(prompt, id)
            .orElseThrow(
                () -> new IllegalArgumentException("%s has no run %s".formatted(prompt, id)));
    if (!run.isRunning()) {
      endComparison(run);
      return new Work(run, false);
    }
    Shift shift = new Shift(token, clock.instant().plus(slice));
    Step step =
        switch (run.kind()) {
          case GATE -> gate.work(run, shift);
          case NIGHTLY -> night.work(run, shift);
          case COMPARISON ->
              throw new IllegalArgumentException("run " + id + " is a part of another one");
        };
    return switch (step) {
      case Step.Ended(State.Finished end) -> end(run, end);
      case Step.TimeUp() when hop < MOST_HOPS -> {
        launcher.launch(prompt, id, hop + 1);
        yield new Work(run, false);
      }
      case Step.TimeUp() ->
          end(
              run,
              State.Finished.invalid(
                  "it did not end within %d functions: make the suite smaller"
                      .formatted(MOST_HOPS + 1),
                  clock));
    };
  }

  /**
   * A run as it is now.
   *
   * @param ended whether it has just ended, of which nobody else was told
   */
  public record Work(Run run, boolean ended) {}

  private Work end(Run run, State.Finished end) {
    boolean ended = runs.finish(run, end);
    endComparison(run);
    if (!ended) {
      return new Work(runs.find(run.prompt(), run.id()).orElseThrow(), false);
    }
    LOG.infof(
        "run %s of %s version %d: %s, %s",
        run.id(), run.prompt(), run.version(), end.outcome().id(), end.reason());
    return new Work(run.finished(end), true);
  }

  /** What is still under way when its night has ended has nothing left to be compared with. */
  private void endComparison(Run run) {
    if (run.kind() == Run.Kind.NIGHTLY) {
      runs.find(run.prompt(), run.id().comparison())
          .filter(Run::isRunning)
          .ifPresent(
              comparison ->
                  runs.finish(
                      comparison, State.Finished.invalid("its night ended before it did", clock)));
    }
  }
}
