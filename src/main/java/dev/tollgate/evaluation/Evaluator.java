package dev.tollgate.evaluation;

import dev.tollgate.evaluation.judge.JudgeCheckResult;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.prompt.PromptVersion;
import java.time.Instant;

/** Calls a version and scores its answers. */
interface Evaluator {
  /** Returns the current judge for answers of a model. */
  JudgeVersion judgeVersionFor(String testedModel);

  /** Runs the known-answer checks of a judge. */
  JudgeCheckResult checkJudge(JudgeVersion judge, Instant deadline);

  /**
   * Makes one attempt at a case.
   *
   * @param onAnswer runs when the version has answered, before the judge scores the answer
   */
  Attempt.Result evaluate(
      PromptVersion version,
      TestCase test,
      JudgeVersion judge,
      Instant deadline,
      Runnable onAnswer);
}
