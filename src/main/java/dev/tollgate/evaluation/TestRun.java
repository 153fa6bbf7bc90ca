package dev.tollgate.evaluation;

import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.suite.TestSuite;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A run of a test suite against one version of a prompt.
 *
 * @param attemptsPerPass how many attempts one pass over all cases makes
 */
public record TestRun(
    RunId id, Subject subject, Kind kind, Start start, int attemptsPerPass, State state) {
  /** For how long runs are kept. */
  static final Duration RETENTION = Duration.ofDays(90);

  /**
   * What a run tests, and by what. A run keeps its suite and its judge, even if others become
   * current.
   *
   * @param versionHash the hash of the version's content
   * @param judge the judge of all answers
   */
  public record Subject(
      PromptName prompt, int version, String versionHash, String suiteHash, JudgeVersion judge) {}

  /**
   * @param by the id of the key, or {@code tollgate-regression} for the schedule
   */
  public record Start(String by, Instant at) {}

  /** The purpose of a run. */
  public enum Kind {
    /** Decides whether a version can be activated. */
    GATE,
    /** The nightly check of the active version. */
    NIGHTLY,
    /** Runs the last good version, for comparison with a nightly run that failed. */
    COMPARISON;

    /** The name in responses and in stores. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Kind> of(String id) {
      return Arrays.stream(values()).filter(kind -> kind.id().equals(id)).findFirst();
    }
  }

  /** The progress of a run. */
  public sealed interface State {
    record Running() implements State {}

    /**
     * @param reason a text for the people who act on it
     * @param measures absent if the run measured nothing
     */
    record Finished(
        RunOutcome outcome, String reason, Instant finishedAt, Optional<Measures> measures)
        implements State {
      static Finished of(RunOutcome outcome, String reason, Measures measures, Clock clock) {
        return new Finished(outcome, reason, clock.instant(), Optional.of(measures));
      }

      /** The end of a run that decides nothing. */
      static Finished invalid(String reason, Clock clock) {
        return new Finished(RunOutcome.INVALID, reason, clock.instant(), Optional.empty());
      }
    }
  }

  static TestRun of(
      RunId id,
      PromptVersion version,
      TestSuite suite,
      JudgeVersion judge,
      Kind kind,
      Start start) {
    return new TestRun(
        id,
        new Subject(
            version.name(), version.number(), version.content().versionHash(), suite.hash(), judge),
        kind,
        new Start(start.by(), start.at().truncatedTo(ChronoUnit.MILLIS)),
        suite.cases().stream().mapToInt(test -> test.repeat().attempts()).sum(),
        new State.Running());
  }

  public PromptName prompt() {
    return subject.prompt();
  }

  public int version() {
    return subject.version();
  }

  public boolean isRunning() {
    return state instanceof State.Running;
  }

  TestRun withState(State.Finished end) {
    return new TestRun(id, subject, kind, start, attemptsPerPass, end);
  }

  /** The time from which the store may delete the run. */
  Instant expiresAt() {
    return start.at().plus(RETENTION);
  }
}
