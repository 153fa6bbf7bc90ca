package dev.tollgate.evaluation;

import dev.tollgate.prompt.PromptName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps runs and their attempts for 90 days, all read strongly consistent. An attempt is claimed
 * before it is made, so that of several functions at work on a run, or one after another was
 * killed, each attempt is counted once.
 */
public interface RunStore {
  /** Writes a new run. False, and nothing written, if there is one of that id. */
  boolean create(TestRun run);

  Optional<TestRun> find(PromptName prompt, RunId id);

  /** Runs of a prompt before {@code before}, newest first, at most {@code limit}. */
  List<TestRun> listNewest(PromptName prompt, Optional<RunId> before, int limit);

  /** Ends a run. False, and nothing written, if it has ended already. */
  boolean finish(TestRun run, TestRun.State.Finished end);

  /**
   * Takes an attempt for a while, unless it was made, or somebody else's time for it still runs.
   *
   * @param token who claims it; whoever has it claims again what he claimed before
   * @param now and {@code until}: for how long
   */
  boolean claim(TestRun run, Attempt.Key attempt, String token, Instant now, Instant until);

  /**
   * Writes what came of a claimed attempt. False, and nothing written, if somebody else claimed it
   * since.
   */
  boolean record(TestRun run, String token, Attempt attempt);

  /** All attempts that were made, in order of case and number. */
  List<Attempt> listAttempts(TestRun run);

  /** Attempts after {@code after} that were made, in order of case and number. */
  List<Attempt> listAttempts(TestRun run, Optional<Attempt.Key> after, int limit);

  /** How many attempts were made. */
  int countAttempts(TestRun run);
}
