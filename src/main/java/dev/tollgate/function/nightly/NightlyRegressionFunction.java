package dev.tollgate.function.nightly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.RunId;
import dev.tollgate.evaluation.TestRunService;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.function.admin.RunResponses;
import dev.tollgate.function.admin.SemanticResponses;
import dev.tollgate.function.http.TraceContexts;
import dev.tollgate.function.metrics.RequestTelemetry;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.shadow.ComparisonResult;
import dev.tollgate.shadow.ComparisonSkipped;
import dev.tollgate.shadow.FalseHitMonitor;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * {@code nightlyRegression}: starts the nightly runs on schedule, processes test runs, and compares
 * semantic cache hits with fresh answers. IAM decides who can invoke it.
 *
 * <p>The response of an asynchronous invocation goes to EventBridge. A rule there matches {@code
 * "alarm": true}.
 */
@Singleton
public class NightlyRegressionFunction {
  private static final String SCHEDULER = "aws.scheduler";

  private final TestRunService runs;
  private final FalseHitMonitor falseHitMonitor;
  private final EventPublisher events;
  private final RequestTelemetry telemetry;

  NightlyRegressionFunction(
      TestRunService runs,
      FalseHitMonitor falseHitMonitor,
      EventPublisher events,
      RequestTelemetry telemetry) {
    this.runs = runs;
    this.falseHitMonitor = falseHitMonitor;
    this.events = events;
    this.telemetry = telemetry;
  }

  @Funq("nightlyRegression")
  public JsonNode handle(JsonNode event) {
    return telemetry.record(TraceContexts.fromEvent(event), () -> dispatch(event), _ -> 200);
  }

  private JsonNode dispatch(JsonNode event) {
    if (event.path("source").asText().equals(SCHEDULER)) {
      // The scheduled time, which is the same in each delivery of the event.
      Instant due = Instant.parse(event.path("time").asText());
      return startNightlyRuns(Optional.of(LocalDate.ofInstant(due, ZoneOffset.UTC)));
    }
    return switch (event.path("action").asText()) {
      case "nightly" -> startNightlyRuns(Optional.empty());
      case "run" ->
          resumeRun(
              new PromptName(event.path("prompt").asText()),
              new RunId(event.path("run_id").asText()),
              event.path("hop").asInt(),
              event.path("token").asText());
      case "shadow" -> compare(event);
      default ->
          throw new IllegalArgumentException(
              "an event must be from the scheduler, or have the action nightly, run or shadow");
    };
  }

  private JsonNode compare(JsonNode event) {
    Optional<ComparisonResult> compared = falseHitMonitor.compare(event);
    if (compared.isEmpty()) {
      // The key that encrypted the event has changed since.
      events.publish(new ComparisonSkipped(Optional.empty(), "key_changed"));
      return JsonNodes.object().put("alarm", false);
    }
    ComparisonResult result = compared.get();
    events.publish(result);
    return SemanticResponses.comparisonResult(result)
        .put("alarm", result.disabledReason().isPresent());
  }

  private JsonNode startNightlyRuns(Optional<LocalDate> date) {
    TestRunService.NightlyStart start = runs.startNightlyRuns(date);
    events.publish(start);
    ObjectNode response = JsonNodes.object().put("alarm", false);
    ArrayNode list = response.putArray("runs");
    start
        .started()
        .forEach(run -> list.add(RunResponses.reference(run).put("name", run.prompt().value())));
    return response;
  }

  private JsonNode resumeRun(PromptName prompt, RunId id, int hop, String token) {
    TestRunService.ResumeResult result = runs.resume(prompt, id, hop, token);
    events.publish(result);
    // A retry repeats the response of a function that may have timed out.
    return RunResponses.run(result.run());
  }
}
