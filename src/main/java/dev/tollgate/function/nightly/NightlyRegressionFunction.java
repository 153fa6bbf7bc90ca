package dev.tollgate.function.nightly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.RunId;
import dev.tollgate.evaluation.TestRunService;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.function.admin.PromptResponses;
import dev.tollgate.function.admin.RunResponses;
import dev.tollgate.function.admin.SemanticResponses;
import dev.tollgate.function.http.TraceContexts;
import dev.tollgate.function.metrics.RequestTelemetry;
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
 * {@code nightlyRegression}: begins the night when the schedule says so, works on runs, those of
 * the night and those that authors start, and compares answers from the semantic cache. Whoever may
 * invoke it was let in by IAM.
 *
 * <p>What it answers goes to EventBridge when it was invoked asynchronously; a rule there picks out
 * what has {@code "alarm": true}.
 */
@Singleton
public class NightlyRegressionFunction {
  private static final String SCHEDULER = "aws.scheduler";

  private final TestRunService regression;
  private final FalseHitMonitor falseHitMonitor;
  private final EventPublisher events;
  private final RequestTelemetry telemetry;

  NightlyRegressionFunction(
      TestRunService regression,
      FalseHitMonitor falseHitMonitor,
      EventPublisher events,
      RequestTelemetry telemetry) {
    this.regression = regression;
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
      // The time that was due, which is the same in each delivery of the event.
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
              "an event is the schedule's, or has the action nightly, run or shadow");
    };
  }

  private JsonNode compare(JsonNode event) {
    Optional<ComparisonResult> compared = falseHitMonitor.compare(event);
    if (compared.isEmpty()) {
      // The key that encrypted the event has changed since.
      events.publish(new ComparisonSkipped(Optional.empty(), "key_changed"));
      return PromptResponses.object().put("alarm", false);
    }
    ComparisonResult finding = compared.get();
    events.publish(finding);
    return SemanticResponses.comparisonResult(finding)
        .put("alarm", finding.disabledReason().isPresent());
  }

  private JsonNode startNightlyRuns(Optional<LocalDate> date) {
    TestRunService.NightlyStart night = regression.startNightlyRuns(date);
    events.publish(night);
    ObjectNode answer = PromptResponses.object().put("alarm", false);
    ArrayNode list = answer.putArray("runs");
    night
        .started()
        .forEach(run -> list.add(RunResponses.reference(run).put("name", run.prompt().value())));
    return answer;
  }

  private JsonNode resumeRun(PromptName prompt, RunId id, int hop, String token) {
    TestRunService.ResumeResult work = regression.resume(prompt, id, hop, token);
    events.publish(work);
    // A retry says again what the function before it may not have lived to say.
    return RunResponses.run(work.run());
  }
}
