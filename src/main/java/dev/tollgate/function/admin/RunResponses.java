package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.Attempt;
import dev.tollgate.evaluation.Measures;
import dev.tollgate.evaluation.RunJson;
import dev.tollgate.evaluation.RunOutcome;
import dev.tollgate.evaluation.TestRun;
import dev.tollgate.evaluation.TestRun.State;
import dev.tollgate.json.JsonNodes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Responses about test runs. */
public final class RunResponses {
  /** Fields that would reveal a held-out case to prompt authors. */
  private static final List<String> HIDDEN_FIELDS = List.of("description", "answer");

  private static final List<String> HIDDEN_ASSERTION_FIELDS = List.of("expected", "got");

  private RunResponses() {}

  /** A run, and the number of its finished attempts. */
  static ObjectNode run(TestRun run, int finished) {
    ObjectNode response = run(run);
    response.putObject("progress").put("made", finished).put("of_one_pass", run.attemptsPerPass());
    return response;
  }

  public static ObjectNode run(TestRun run) {
    ObjectNode response =
        reference(run)
            .put("name", run.prompt().value())
            .put("version_hash", run.subject().versionHash())
            .put("suite_hash", run.subject().suiteHash())
            .put("judge", run.subject().judge().id())
            .put("kind", run.kind().id())
            .put("started_by", run.start().by())
            .put("started", run.start().at().toString());
    switch (run.state()) {
      case State.Running() ->
          response
              .put("state", "running")
              .put("alarm", false)
              .putNull("outcome")
              .putNull("reason")
              .putNull("finished")
              .putNull("measures");
      case State.Finished(RunOutcome outcome, String reason, Instant time, var measures) -> {
        response
            .put("state", "finished")
            .put("alarm", run.kind() == TestRun.Kind.NIGHTLY && outcome.isAlarming())
            .put("outcome", outcome.id())
            .put("reason", reason)
            .put("finished", time.toString());
        Optional<Measures> found = measures;
        response.set("measures", found.map(RunJson::write).orElse(null));
      }
    }
    return response;
  }

  public static ObjectNode reference(TestRun run) {
    return JsonNodes.object().put("run_id", run.id().value()).put("version", run.version());
  }

  /** An attempt. A held-out one has its results only, without texts. */
  static ObjectNode attempt(Attempt attempt) {
    ObjectNode response = RunJson.write(attempt);
    if (attempt.heldOut()) {
      response.remove(HIDDEN_FIELDS);
      for (JsonNode assertion : response.path("assertions")) {
        ((ObjectNode) assertion).remove(HIDDEN_ASSERTION_FIELDS);
      }
      if (response.path("faithfulness") instanceof ObjectNode faithfulness) {
        faithfulness.remove("claims");
      }
    }
    return response;
  }
}
