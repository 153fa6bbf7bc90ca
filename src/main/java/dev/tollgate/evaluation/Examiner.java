package dev.tollgate.evaluation;

import dev.tollgate.evaluation.judge.Canaries;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.prompt.PromptVersion;
import java.time.Instant;

/** Asks a version, and has its answers judged. */
public interface Examiner {
  /** Who judges answers of a model now. */
  JudgeVersion judge(String testedModel);

  /** Tries a judge with claims whose verdicts are known. */
  Canaries canaries(JudgeVersion judge, Instant deadline);

  /**
   * Makes one attempt at a case.
   *
   * @param answered is told when the version has answered, before the answer is judged
   */
  Attempt.Reply examine(
      PromptVersion version,
      TestCase test,
      JudgeVersion judge,
      Instant deadline,
      Runnable answered);
}
