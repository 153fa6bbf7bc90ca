package dev.tollgate.function;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.regression.Regression;
import dev.tollgate.regression.Run;
import dev.tollgate.regression.Run.State;
import dev.tollgate.regression.RunOutcome;
import jakarta.inject.Singleton;
import java.util.Map;

/** CloudWatch's metrics of regression. */
@Singleton
class RegressionMetrics {
  private final EmbeddedMetrics metrics;

  RegressionMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  /** The schedule was heard, whose absence is an alarm, as is a prompt that cannot be tested. */
  void nightBegan(Regression.Night night) {
    metrics.write(
        Map.of(
            "NightsBegun", 1,
            "NightlyRunsStarted", night.started().size(),
            "NightlyAlarms", night.untestable().size()),
        JsonNodeFactory.instance.objectNode());
  }

  /** A prompt's night is over. */
  void nightEnded(Run run, State.Finished end) {
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
