package dev.tollgate.cli.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import java.time.Duration;

/** Has a version tested, and waits for what comes of it. */
public final class TestRunner {
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  /** A run without any progress for so long has lost its function. */
  private static final Duration STALL_TIMEOUT = Duration.ofMinutes(15);

  private final Session session;
  private final ApiClient api;

  public TestRunner(Session session, ApiClient api) {
    this.session = session;
    this.api = api;
  }

  /**
   * Tests a version against the prompt's current suite, and says on the way how far it is.
   *
   * @return the run with all its attempts
   */
  public ObjectNode run(String name, String ref) {
    JsonNode started =
        api.post(ApiClient.path("admin", "prompts", name, "versions", ref, "runs"), Json.object());
    String path = path(name, started.path("run_id").asText());
    session.printMessage(
        "%s version %s: run %s began, %s attempts"
            .formatted(
                name,
                Json.text(started.path("version")),
                Json.text(started.path("run_id")),
                Json.text(started.path("progress").path("of_one_pass"))));
    awaitEnd(path);
    return api.getAll(path, "attempts");
  }

  static String path(String name, String run) {
    return ApiClient.path("admin", "prompts", name, "runs", run);
  }

  private void awaitEnd(String path) {
    int made = 0;
    long lastProgressNanos = System.nanoTime();
    JsonNode run = api.get(path + "?limit=1");
    while (run.path("state").asText().equals("running")) {
      int now = run.path("progress").path("made").asInt();
      if (now != made) {
        session.printMessage(
            "%d of %s attempts made"
                .formatted(now, Json.text(run.path("progress").path("of_one_pass"))));
        made = now;
        lastProgressNanos = System.nanoTime();
      } else if (System.nanoTime() - lastProgressNanos > STALL_TIMEOUT.toNanos()) {
        throw new CommandException(
            "run %s has not moved for %d minutes: look at the function's log"
                .formatted(Json.text(run.path("run_id")), STALL_TIMEOUT.toMinutes()));
      }
      sleep();
      run = api.get(path + "?limit=1");
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(POLL_INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted; the run goes on by itself", e);
    }
  }

  /** How a command ends that tested: a run that says nothing is an error. */
  public static int exitCode(JsonNode run) {
    return switch (run.path("outcome").asText()) {
      case "passed" -> ExitCode.OK;
      case "failed" -> ExitCode.GATE_CLOSED;
      default -> ExitCode.ERROR;
    };
  }

  /** Whether a case did not hold, rather than a single attempt at it. */
  static boolean isFailedCase(JsonNode run, String caseId) {
    return run.path("measures")
        .path("failing")
        .valueStream()
        .anyMatch(id -> id.asText().equals(caseId));
  }
}
