package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A version to freeze or unfreeze, and why. */
final class FreezeOptions {
  @Parameters(index = "0", paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "VERSION", description = "The version's number.")
  private int version;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; it goes on record.")
  private String reason = "";

  int send(Session session, String action) {
    JsonNode answer =
        session
            .api()
            .post(
                ApiClient.path(
                    "admin", "prompts", name, "versions", Integer.toString(version), action),
                Json.object().put("reason", reason));
    session.print(
        answer,
        () ->
            "%s: version %d is %s"
                .formatted(
                    name, version, answer.path("frozen").asBoolean() ? "frozen" : "not frozen"));
    return ExitCode.OK;
  }
}
