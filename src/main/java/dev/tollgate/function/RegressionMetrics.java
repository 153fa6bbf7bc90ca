package dev.tollgate.function;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.regression.Run;
import dev.tollgate.regression.Run.State;
import dev.tollgate.regression.RunOutcome;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * CloudWatch's metrics of regression, each event a line of JSON in the embedded metric format in
 * the function's own log. Prompts and runs are properties of a line and no dimensions.
 */
@Singleton
class RegressionMetrics {
  private static final String NAMESPACE = "Tollgate";

  private final Clock clock;
  private final PrintStream log;

  @Inject
  RegressionMetrics(Clock clock) {
    this(clock, System.out);
  }

  RegressionMetrics(Clock clock, PrintStream log) {
    this.clock = clock;
    this.log = log;
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

  private void write(Map<String, Integer> metrics, ObjectNode properties) {
    ObjectNode line = object();
    ObjectNode directive = object().put("Namespace", NAMESPACE);
    directive.putArray("Dimensions").add(JsonNodeFactory.instance.arrayNode());
    ArrayNode names = directive.putArray("Metrics");
    new TreeMap<>(metrics)
        .forEach(
            (name, value) -> {
              names.addObject().put("Name", name).put("Unit", "Count");
              line.put(name, value);
            });
    ObjectNode aws = line.putObject("_aws").put("Timestamp", clock.millis());
    aws.set("CloudWatchMetrics", JsonNodeFactory.instance.arrayNode().addAll(List.of(directive)));
    line.setAll(properties);
    log.println(line);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
