package dev.tollgate.evaluation;

import dev.tollgate.evaluation.judge.JudgeCheckResult;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.prompt.PromptVersion;
import java.time.Instant;

/** Asks a version, and has its answers judged. */
public interface Evaluator {
  /** Who judges answers of a model now. */
  JudgeVersion judgeVersionFor(String testedModel);

  /** Tries a judge with claims whose verdicts are known. */
  JudgeCheckResult checkJudge(JudgeVersion judge, Instant deadline);

  /**
   * Makes one attempt at a case.
   *
   * @param onAnswer is told when the version has answered, before the answer is judged
   */
  Attempt.Result evaluate(
      PromptVersion version,
      TestCase test,
      JudgeVersion judge,
      Instant deadline,
      Runnable onAnswer);
}
