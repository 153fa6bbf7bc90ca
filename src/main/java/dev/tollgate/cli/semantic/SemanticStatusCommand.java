package dev.tollgate.cli.semantic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows how often the semantic cache was wrong for a prompt. */
@Command(
    name = "status",
    description = "Show whether a prompt uses the semantic cache, and how often that was wrong.")
public final class SemanticStatusCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  public SemanticStatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode state = session.api().get(ApiClient.path("admin", "prompts", name, "semantic"));
    session.print(state, () -> SemanticText.of(state));
    return ExitCode.OK;
  }
}
