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
 * One version of a prompt in front of one suite and one judge.
 *
 * @param versionHash of the version's content
 * @param suiteHash of the suite, which stays this one whatever becomes current meanwhile
 * @param judge who reads all its answers
 * @param startedBy the id of the key, or {@code tollgate-regression} for the schedule
 * @param attemptsPerPass in one pass over all cases
 */
public record TestRun(
    RunId id,
    PromptName prompt,
    int version,
    String versionHash,
    String suiteHash,
    JudgeVersion judge,
    Kind kind,
    String startedBy,
    Instant startedAt,
    int attemptsPerPass,
    State state) {
  /** For how long runs are kept. */
  static final Duration RETENTION = Duration.ofDays(90);

  /** What a run is for. */
  public enum Kind {
    /** Whether a version may go into production. */
    GATE,
    /** Whether the version in production still may. */
    NIGHTLY,
    /** How the last good version does in the same night. */
    COMPARISON;

    /** The name in answers and in stores. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Kind> of(String id) {
      return Arrays.stream(values()).filter(kind -> kind.id().equals(id)).findFirst();
    }
  }

  /** How far a run is. */
  public sealed interface State {
    record Running() implements State {}

    /**
     * @param reason in words, for whoever has to act on it
     * @param measures what was measured; absent if nothing could be
     */
    record Finished(
        RunOutcome outcome, String reason, Instant finishedAt, Optional<Measures> measures)
        implements State {
      static Finished of(RunOutcome outcome, String reason, Measures measures, Clock clock) {
        return new Finished(outcome, reason, clock.instant(), Optional.of(measures));
      }

      /** The end of a run that says nothing. */
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
      String startedBy,
      Instant started) {
    return new TestRun(
        id,
        version.name(),
        version.number(),
        version.content().versionHash(),
        suite.hash(),
        judge,
        kind,
        startedBy,
        started.truncatedTo(ChronoUnit.MILLIS),
        suite.cases().stream().mapToInt(test -> test.repeat().attempts()).sum(),
        new State.Running());
  }

  public boolean isRunning() {
    return state instanceof State.Running;
  }

  TestRun withState(State.Finished end) {
    return new TestRun(
        id,
        prompt,
        version,
        versionHash,
        suiteHash,
        judge,
        kind,
        startedBy,
        startedAt,
        attemptsPerPass,
        end);
  }

  /** After this, the run may be forgotten. */
  Instant expiresAt() {
    return startedAt.plus(RETENTION);
  }
}
