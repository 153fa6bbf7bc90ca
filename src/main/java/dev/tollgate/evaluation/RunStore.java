package dev.tollgate.evaluation;

import dev.tollgate.prompt.PromptName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Stores runs and their attempts for 90 days. All reads are strongly consistent. A worker claims an
 * attempt before it makes it. So each attempt counts once, even if several functions work on a run
 * or a function is killed.
 */
public interface RunStore {
  /** Writes a new run. Returns false, and writes nothing, if the id exists. */
  boolean create(TestRun run);

  Optional<TestRun> find(PromptName prompt, RunId id);

  /** Lists runs of a prompt before {@code before}, newest first, at most {@code limit}. */
  List<TestRun> listNewest(PromptName prompt, Optional<RunId> before, int limit);

  /** Ends a run. Returns false, and writes nothing, if it has ended already. */
  boolean finish(TestRun run, TestRun.State.Finished end);

  /**
   * Claims an attempt from {@code now} until {@code until}. It fails if the attempt is complete, or
   * if another token's claim has not expired.
   *
   * @param token the worker; the same token can renew its claim
   */
  boolean claim(TestRun run, Attempt.Key attempt, String token, Instant now, Instant until);

  /**
   * Writes the result of a claimed attempt. Returns false, and writes nothing, if another token has
   * claimed it since.
   */
  boolean record(TestRun run, String token, Attempt attempt);

  /** Lists all completed attempts in order of case and number. */
  List<Attempt> listAttempts(TestRun run);

  /** Lists completed attempts after {@code after} in order of case and number. */
  List<Attempt> listAttempts(TestRun run, Optional<Attempt.Key> after, int limit);

  /** Counts the completed attempts. */
  int countAttempts(TestRun run);
}
