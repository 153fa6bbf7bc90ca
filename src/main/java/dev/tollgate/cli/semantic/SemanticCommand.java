package dev.tollgate.cli.semantic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandGroup;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on the semantic cache. */
@Command(name = "semantic", description = "Manage the semantic cache.")
public final class SemanticCommand {
  private static final String PROMPT = "The prompt.";

  private final Session session;

  private SemanticCommand(Session session) {
    this.session = session;
  }

  public static CommandLine commandLine(Session session) {
    return CommandGroup.order(new CommandLine(new SemanticCommand(session)), "status", "on", "off");
  }

  @Command(
      name = "status",
      description = "Show whether a prompt uses the semantic cache, and its rate of wrong hits.")
  int status(@Parameters(paramLabel = "NAME", description = PROMPT) String name) {
    JsonNode state = session.api().get(path(name));
    session.print(state, () -> SemanticText.of(state));
    return ExitCode.OK;
  }

  @Command(
      name = "on",
      description = "Re-enable the semantic cache for a prompt and reset its error count.")
  int enable(
      @Parameters(paramLabel = "NAME", description = PROMPT) String name,
      @Option(
              names = "--reason",
              required = true,
              paramLabel = "TEXT",
              description = ReasonOption.DESCRIPTION)
          String reason) {
    return set(name, true, reason);
  }

  @Command(name = "off", description = "Disable the semantic cache for a prompt.")
  int disable(
      @Parameters(paramLabel = "NAME", description = PROMPT) String name,
      @Option(
              names = "--reason",
              required = true,
              paramLabel = "TEXT",
              description = ReasonOption.DESCRIPTION)
          String reason) {
    return set(name, false, reason);
  }

  private int set(String name, boolean enabled, String reason) {
    JsonNode state =
        session.api().post(path(name), Json.object().put("enabled", enabled).put("reason", reason));
    session.print(state, () -> SemanticText.of(state));
    return ExitCode.OK;
  }

  private static String path(String name) {
    return ApiClient.path("admin", "prompts", name, "semantic");
  }
}
