package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.Attempt;
import dev.tollgate.evaluation.Measures;
import dev.tollgate.evaluation.RunJson;
import dev.tollgate.evaluation.RunOutcome;
import dev.tollgate.evaluation.TestRun;
import dev.tollgate.evaluation.TestRun.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What runs say, as JSON. */
public final class RunResponses {
  /** What would give away a held-out case to those who write the prompt. */
  private static final List<String> HIDDEN_FIELDS = List.of("description", "answer");

  private static final List<String> HIDDEN_ASSERTION_FIELDS = List.of("expected", "got");

  private RunResponses() {}

  /** A run, and how many of its attempts are made. */
  static ObjectNode run(TestRun run, int made) {
    ObjectNode answer = run(run);
    answer.putObject("progress").put("made", made).put("of_one_pass", run.attemptsPerPass());
    return answer;
  }

  public static ObjectNode run(TestRun run) {
    ObjectNode answer =
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
          answer
              .put("state", "running")
              .put("alarm", false)
              .putNull("outcome")
              .putNull("reason")
              .putNull("finished")
              .putNull("measures");
      case State.Finished(RunOutcome outcome, String reason, Instant time, var measures) -> {
        answer
            .put("state", "finished")
            .put("alarm", run.kind() == TestRun.Kind.NIGHTLY && outcome.isAlarming())
            .put("outcome", outcome.id())
            .put("reason", reason)
            .put("finished", time.toString());
        Optional<Measures> found = measures;
        answer.set("measures", found.map(RunJson::write).orElse(null));
      }
    }
    return answer;
  }

  public static ObjectNode reference(TestRun run) {
    return PromptResponses.object().put("run_id", run.id().value()).put("version", run.version());
  }

  /** An attempt; of a held-out one only how it did, and no text. */
  static ObjectNode attempt(Attempt attempt) {
    ObjectNode answer = RunJson.write(attempt);
    if (attempt.heldOut()) {
      answer.remove(HIDDEN_FIELDS);
      for (JsonNode assertion : answer.path("assertions")) {
        ((ObjectNode) assertion).remove(HIDDEN_ASSERTION_FIELDS);
      }
      if (answer.path("faithfulness") instanceof ObjectNode faithfulness) {
        faithfulness.remove("claims");
      }
    }
    return answer;
  }
}
