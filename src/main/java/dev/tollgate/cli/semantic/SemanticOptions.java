package dev.tollgate.cli.semantic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A prompt whose semantic cache is switched, and why. */
final class SemanticOptions {
  @Parameters(paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; it goes on record.")
  private String reason = "";

  int send(Session session, boolean enabled) {
    JsonNode state =
        session
            .api()
            .post(
                ApiClient.path("admin", "prompts", name, "semantic"),
                Json.object().put("enabled", enabled).put("reason", reason));
    session.print(state, () -> SemanticText.of(state));
    return ExitCode.OK;
  }
}
