package dev.tollgate.cli.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.client.Table;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists a prompt's test runs, or shows one. */
@Command(name = "runs", description = "List a prompt's test runs, newest first, or show one.")
public final class RunsCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RUN",
      description = "The run to show; default: list the newest runs.")
  private Optional<String> run = Optional.empty();

  @Option(
      names = "--limit",
      defaultValue = "20",
      paramLabel = "N",
      description = "Maximum number of runs, up to 200; default: ${DEFAULT-VALUE}.")
  private int limit = 20;

  public RunsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient api = session.api();
    if (run.isPresent()) {
      JsonNode shown = api.getAll(TestRunner.path(name, run.get()), "attempts");
      session.print(shown, () -> TestRunReport.of(shown));
      return ExitCode.OK;
    }
    JsonNode list = api.get(ApiClient.path("admin", "prompts", name, "runs") + "?limit=" + limit);
    session.print(list, () -> table(list));
    return ExitCode.OK;
  }

  private static String table(JsonNode list) {
    Table table = new Table("RUN", "STARTED", "KIND", "VERSION", "OUTCOME", "REASON");
    for (JsonNode run : list.path("runs")) {
      table.row(
          Json.text(run.path("run_id")),
          Json.text(run.path("started")),
          Json.text(run.path("kind")),
          Json.text(run.path("version")),
          run.path("outcome").asText("running"),
          Json.text(run.path("reason")));
    }
    return table.toString();
  }
}
