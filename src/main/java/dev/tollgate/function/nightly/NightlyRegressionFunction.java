package dev.tollgate.function.nightly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.Regression;
import dev.tollgate.evaluation.Run;
import dev.tollgate.evaluation.Run.State;
import dev.tollgate.evaluation.RunId;
import dev.tollgate.function.admin.PromptAnswers;
import dev.tollgate.function.admin.RunAnswers;
import dev.tollgate.function.admin.SemanticAnswers;
import dev.tollgate.function.http.Traces;
import dev.tollgate.function.metrics.RegressionMetrics;
import dev.tollgate.function.metrics.RequestWatch;
import dev.tollgate.function.metrics.WatchMetrics;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.shadow.FalseHitWatch;
import dev.tollgate.shadow.Finding;
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

  private final Regression regression;
  private final RegressionMetrics metrics;
  private final FalseHitWatch falseHits;
  private final WatchMetrics watchMetrics;
  private final RequestWatch watch;

  NightlyRegressionFunction(
      Regression regression,
      RegressionMetrics metrics,
      FalseHitWatch falseHits,
      WatchMetrics watchMetrics,
      RequestWatch watch) {
    this.regression = regression;
    this.metrics = metrics;
    this.falseHits = falseHits;
    this.watchMetrics = watchMetrics;
    this.watch = watch;
  }

  @Funq("nightlyRegression")
  public JsonNode handle(JsonNode event) {
    return watch.watch(Traces.of(event), () -> answer(event), _ -> 200);
  }

  private JsonNode answer(JsonNode event) {
    if (event.path("source").asText().equals(SCHEDULER)) {
      // The time that was due, which is the same in each delivery of the event.
      Instant due = Instant.parse(event.path("time").asText());
      return begin(Optional.of(LocalDate.ofInstant(due, ZoneOffset.UTC)));
    }
    return switch (event.path("action").asText()) {
      case "nightly" -> begin(Optional.empty());
      case "run" ->
          work(
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
    Optional<Finding> compared = falseHits.compare(event);
    if (compared.isEmpty()) {
      watchMetrics.unreadable();
      return PromptAnswers.object().put("alarm", false);
    }
    Finding finding = compared.get();
    watchMetrics.found(finding);
    return SemanticAnswers.finding(finding).put("alarm", finding.withdrawn().isPresent());
  }

  private JsonNode begin(Optional<LocalDate> date) {
    Regression.Night night = regression.startNight(date);
    metrics.nightBegan(night);
    ObjectNode answer = PromptAnswers.object().put("alarm", false);
    ArrayNode list = answer.putArray("runs");
    night
        .started()
        .forEach(run -> list.add(RunAnswers.reference(run).put("name", run.prompt().value())));
    return answer;
  }

  private JsonNode work(PromptName prompt, RunId id, int hop, String token) {
    Regression.Work work = regression.carryOn(prompt, id, hop, token);
    Run run = work.run();
    if (work.ended()
        && run.kind() == Run.Kind.NIGHTLY
        && run.state() instanceof State.Finished end) {
      metrics.nightEnded(run, end);
    }
    // A retry says again what the function before it may not have lived to say.
    return RunAnswers.run(run);
  }
}
