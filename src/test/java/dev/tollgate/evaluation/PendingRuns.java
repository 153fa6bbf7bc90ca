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

/** Runs in memory that are begun, and on which no function works. */
public record PendingRuns(RunStore store, TestRunService regression) {
  public static PendingRuns of(PromptStore prompts, PromptRegistry registry, Clock clock) {
    RunStore store = new InMemoryRunStore();
    Evaluator nobody = new NoEvaluator();
    SuiteRunner runner = new SuiteRunner(prompts, store, nobody, clock, Duration.ofMinutes(1));
    GateRunner gate = new GateRunner(prompts, registry, runner, clock);
    NightlyRunner night = new NightlyRunner(prompts, registry, store, runner, gate, clock);
    RunLauncher launcher = (_, _, _) -> {};
    return new PendingRuns(
        store,
        new TestRunService(
            prompts, store, nobody, launcher, gate, night, clock, Duration.ofMinutes(1)));
  }

  private static final class NoEvaluator implements Evaluator {
    @Override
    public JudgeVersion judgeVersionFor(String testedModel) {
      return new JudgeVersion("judge", 1, "0123456789ab");
    }

    @Override
    public JudgeCheckResult checkJudge(JudgeVersion judge, Instant deadline) {
      throw new AssertionError("nobody works on a run");
    }

    @Override
    public Attempt.Result evaluate(
        PromptVersion version,
        TestCase test,
        JudgeVersion judge,
        Instant deadline,
        Runnable answered) {
      throw new AssertionError("nobody works on a run");
    }
  }
}
