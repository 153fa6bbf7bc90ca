package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.evaluation.RunOutcome;
import dev.tollgate.evaluation.TestRun;
import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.evaluation.TestRunService.NightlyStart;
import dev.tollgate.evaluation.TestRunService.ResumeResult;
import dev.tollgate.json.JsonNodes;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/** Metrics of nightly runs. */
@Singleton
class EvaluationMetrics {
  private final EmbeddedMetrics metrics;

  EvaluationMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  /** An alarm fires if no nightly run starts, and for each prompt that cannot be tested. */
  void onNightlyStart(@Observes NightlyStart start) {
    metrics.write(
        Map.of(
            "NightsBegun", 1,
            "NightlyRunsStarted", start.started().size(),
            "NightlyAlarms", start.untestable().size()),
        JsonNodes.object());
  }

  /** Counts a nightly run once, when it ends. */
  void onResume(@Observes ResumeResult result) {
    TestRun run = result.run();
    if (result.endedNow()
        && run.kind() == TestRun.Kind.NIGHTLY
        && run.state() instanceof State.Finished finished) {
      RunOutcome outcome = finished.outcome();
      metrics.write(
          Map.of(
              "NightlyRuns", 1,
              "NightlyAlarms", outcome.isAlarming() ? 1 : 0,
              "Rollbacks", outcome == RunOutcome.ROLLED_BACK ? 1 : 0),
          JsonNodeFactory.instance
              .objectNode()
              .put("outcome", outcome.id())
              .put("prompt", run.prompt().value())
              .put("version", run.version())
              .put("run_id", run.id().value()));
    }
  }
}
