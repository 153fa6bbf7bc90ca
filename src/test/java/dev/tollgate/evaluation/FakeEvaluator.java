package dev.tollgate.evaluation;

import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.JudgeCheckResult;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.judge.JudgedClaim;
import dev.tollgate.evaluation.suite.AssertionResult;
import dev.tollgate.evaluation.suite.CaseScore;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.prompt.PromptVersion;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** An evaluator whose answers have the scores that a test sets. */
final class FakeEvaluator implements Evaluator {
  /** The share of supported claims in a version's answer to a case. */
  @FunctionalInterface
  interface Scores {
    double score(int version, String caseId);
  }

  final AtomicInteger attempts = new AtomicInteger();
  private final AtomicInteger concurrent = new AtomicInteger();
  final AtomicInteger maxConcurrent = new AtomicInteger();
  final AtomicBoolean firstWasAlone = new AtomicBoolean();
  volatile Scores scores = (version, caseId) -> 1;
  volatile JudgeCheckResult checkResult = new JudgeCheckResult.Passed();
  volatile boolean judgeIsUnavailable;

  @Override
  public JudgeVersion judgeVersionFor(String testedModel) {
    return new JudgeVersion("judge", 1, "0123456789ab");
  }

  @Override
  public JudgeCheckResult checkJudge(JudgeVersion judge, Instant deadline) {
    return checkResult;
  }

  @Override
  public Attempt.Result evaluate(
      PromptVersion version,
      TestCase test,
      JudgeVersion judge,
      Instant deadline,
      Runnable onAnswer) {
    int now = concurrent.incrementAndGet();
    maxConcurrent.accumulateAndGet(now, Math::max);
    if (attempts.getAndIncrement() == 0) {
      pause();
      firstWasAlone.set(maxConcurrent.get() == 1);
    }
    onAnswer.run();
    try {
      return answer(scores.score(version.number(), test.id()));
    } finally {
      concurrent.decrementAndGet();
    }
  }

  static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns an answer with a hundred claims. A negative score fails its hard assertion too. */
  private Attempt.Result answer(double score) {
    List<JudgedClaim> claims = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      boolean supported = i < Math.round(100 * score);
      claims.add(
          new JudgedClaim(
              "claim " + i,
              supported ? JudgedClaim.Verdict.SUPPORTED : JudgedClaim.Verdict.NOT_ENOUGH_INFO,
              "",
              Optional.empty()));
    }
    boolean passes = score >= 0;
    return new Attempt.Result.Answered(
        "answer",
        Duration.ofMillis(1),
        BigDecimal.ZERO,
        new CaseScore(
            judgeIsUnavailable
                ? CaseScore.Outcome.UNDECIDED
                : passes ? CaseScore.Outcome.PASSED : CaseScore.Outcome.FAILED,
            BigDecimal.ONE,
            List.of(
                new AssertionResult(
                    new AssertionResult.Requirement(
                        "contains", BigDecimal.ONE, "the answer contains x"),
                    passes ? AssertionResult.Status.PASSED : AssertionResult.Status.FAILED,
                    Optional.of(passes ? BigDecimal.ONE : BigDecimal.ZERO),
                    "none")),
            Optional.of(
                judgeIsUnavailable
                    ? new Faithfulness.Unavailable("overloaded")
                    : new Faithfulness.Scored(claims))));
  }
}
