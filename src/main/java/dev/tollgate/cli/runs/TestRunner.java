package dev.tollgate.cli.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.CountFormat;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import java.time.Duration;

/** Starts a test run and waits for its result. */
public final class TestRunner {
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  /** A run without progress for this long has lost its Lambda function. */
  private static final Duration STALL_TIMEOUT = Duration.ofMinutes(15);

  private final Session session;
  private final ApiClient api;

  public TestRunner(Session session, ApiClient api) {
    this.session = session;
    this.api = api;
  }

  /**
   * Runs the prompt's current tests on a version and prints the progress.
   *
   * @return the run with all its attempts
   */
  public ObjectNode run(String name, String ref) {
    JsonNode started =
        api.post(ApiClient.path("admin", "prompts", name, "versions", ref, "runs"), Json.object());
    String path = path(name, started.path("run_id").asText());
    session.printMessage(
        "%s version %s: started run %s (%s)"
            .formatted(
                name,
                Json.text(started.path("version")),
                Json.text(started.path("run_id")),
                CountFormat.format(started.path("progress").path("of_one_pass"), "attempt")));
    awaitEnd(path);
    return api.getAll(path, "attempts");
  }

  static String path(String name, String run) {
    return ApiClient.path("admin", "prompts", name, "runs", run);
  }

  private void awaitEnd(String path) {
    int done = 0;
    long lastProgressNanos = System.nanoTime();
    JsonNode run = api.get(path + "?limit=1");
    while (run.path("state").asText().equals("running")) {
      int now = run.path("progress").path("made").asInt();
      if (now != done) {
        session.printMessage(
            "%d/%s done".formatted(now, Json.text(run.path("progress").path("of_one_pass"))));
        done = now;
        lastProgressNanos = System.nanoTime();
      } else if (System.nanoTime() - lastProgressNanos > STALL_TIMEOUT.toNanos()) {
        throw new CommandException(
            "Run %s made no progress for %d minutes. See the log of nightlyRegression."
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
      throw new CommandException("Interrupted. The run continues in the background.", e);
    }
  }

  /** Exit code of a command that ran tests. An invalid run is an error. */
  public static int exitCode(JsonNode run) {
    return switch (run.path("outcome").asText()) {
      case "passed" -> ExitCode.OK;
      case "failed" -> ExitCode.GATE_CLOSED;
      default -> ExitCode.ERROR;
    };
  }

  /** Whether a whole case failed, and not only one attempt at it. */
  static boolean isFailedCase(JsonNode run, String caseId) {
    return run.path("measures")
        .path("failing")
        .valueStream()
        .anyMatch(id -> id.asText().equals(caseId));
  }
}
