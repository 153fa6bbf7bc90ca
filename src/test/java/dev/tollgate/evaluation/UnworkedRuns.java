package dev.tollgate.evaluation;

import dev.tollgate.evaluation.judge.Canaries;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Runs in memory that are begun, and on which no function works. */
public record UnworkedRuns(RunStore store, Regression regression) {
  public static UnworkedRuns of(PromptStore prompts, PromptRegistry registry, Clock clock) {
    RunStore store = new InMemoryRunStore();
    Examiner nobody = new Nobody();
    SuiteRunner runner = new SuiteRunner(prompts, store, nobody, clock, Duration.ofMinutes(1));
    GateRun gate = new GateRun(prompts, registry, runner, clock);
    NightlyRun night = new NightlyRun(prompts, registry, store, runner, gate, clock);
    RunLauncher launcher = (_, _, _) -> {};
    return new UnworkedRuns(
        store,
        new Regression(
            prompts, store, nobody, launcher, gate, night, clock, Duration.ofMinutes(1)));
  }

  private static final class Nobody implements Examiner {
    @Override
    public JudgeVersion judge(String testedModel) {
      return new JudgeVersion("judge", 1, "0123456789ab");
    }

    @Override
    public Canaries canaries(JudgeVersion judge, Instant deadline) {
      throw new AssertionError("nobody works on a run");
    }

    @Override
    public Attempt.Reply examine(
        PromptVersion version,
        TestCase test,
        JudgeVersion judge,
        Instant deadline,
        Runnable answered) {
      throw new AssertionError("nobody works on a run");
    }
  }
}
