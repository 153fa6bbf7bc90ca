package dev.tollgate.evaluation;

import dev.tollgate.evaluation.judge.JudgeCheckResult;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Started runs in memory on which no function works. */
public record PendingRuns(RunStore store, TestRunService regression) {
  public static PendingRuns of(PromptStore prompts, PromptRegistry registry, Clock clock) {
    RunStore store = new InMemoryRunStore();
    Evaluator evaluator = new NoEvaluator();
    SuiteRunner runner = new SuiteRunner(prompts, store, evaluator, clock, Duration.ofMinutes(1));
    GateRunner gate = new GateRunner(prompts, registry, runner, clock);
    NightlyRunner nightly = new NightlyRunner(prompts, registry, store, runner, gate, clock);
    RunLauncher launcher = (_, _, _) -> {};
    return new PendingRuns(
        store,
        new TestRunService(
            prompts, store, evaluator, launcher, gate, nightly, clock, Duration.ofMinutes(1)));
  }

  private static final class NoEvaluator implements Evaluator {
    @Override
    public JudgeVersion judgeVersionFor(String testedModel) {
      return new JudgeVersion("judge", 1, "0123456789ab");
    }

    @Override
    public JudgeCheckResult checkJudge(JudgeVersion judge, Instant deadline) {
      throw new AssertionError("A pending run must not call a model");
    }

    @Override
    public Attempt.Result evaluate(
        PromptVersion version,
        TestCase test,
        JudgeVersion judge,
        Instant deadline,
        Runnable onAnswer) {
      throw new AssertionError("A pending run must not call a model");
    }
  }
}
