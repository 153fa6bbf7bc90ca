package dev.tollgate.function;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.regression.Run;
import dev.tollgate.regression.Run.State;
import dev.tollgate.regression.RunOutcome;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;

/** CloudWatch's metrics of regression. */
@Singleton
class RegressionMetrics {
  private final Clock clock;
  private final EmbeddedMetrics metrics;

  RegressionMetrics(Clock clock, EmbeddedMetrics metrics) {
    this.clock = clock;
    this.metrics = metrics;
  }

  /** The schedule was heard. Its absence is an alarm. */
  void nightBegan(int runs) {
    write(Map.of("NightsBegun", 1, "NightlyRunsStarted", runs), object());
  }

  /** A prompt's night is over. */
  void nightEnded(Run run, State.Finished end) {
    write(
        Map.of(
            "NightlyRuns", 1,
            "NightlyAlarms", end.outcome().isAlarming() ? 1 : 0,
            "Rollbacks", end.outcome() == RunOutcome.ROLLED_BACK ? 1 : 0),
        object()
            .put("outcome", end.outcome().id())
            .put("prompt", run.prompt().value())
            .put("version", run.version())
            .put("run_id", run.id().value()));
  }

  private void write(Map<String, Integer> counts, ObjectNode properties) {
    metrics.write(clock.instant(), counts, properties);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
