package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.evaluation.RunOutcome;
import dev.tollgate.evaluation.TestRun;
import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.evaluation.TestRunService;
import jakarta.inject.Singleton;
import java.util.Map;

/** CloudWatch's metrics of regression. */
@Singleton
public class RegressionMetrics {
  private final EmbeddedMetrics metrics;

  public RegressionMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  /** The schedule was heard, whose absence is an alarm, as is a prompt that cannot be tested. */
  public void recordNightlyStart(TestRunService.NightlyStart night) {
    metrics.write(
        Map.of(
            "NightsBegun", 1,
            "NightlyRunsStarted", night.started().size(),
            "NightlyAlarms", night.untestable().size()),
        JsonNodeFactory.instance.objectNode());
  }

  /** A prompt's night is over. */
  public void recordNightlyEnd(TestRun run, State.Finished end) {
    metrics.write(
        Map.of(
            "NightlyRuns", 1,
            "NightlyAlarms", end.outcome().isAlarming() ? 1 : 0,
            "Rollbacks", end.outcome() == RunOutcome.ROLLED_BACK ? 1 : 0),
        JsonNodeFactory.instance
            .objectNode()
            .put("outcome", end.outcome().id())
            .put("prompt", run.prompt().value())
            .put("version", run.version())
            .put("run_id", run.id().value()));
  }
}
