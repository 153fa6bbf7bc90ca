package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CountFormat;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.PagedResponse;
import dev.tollgate.cli.client.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on end users. */
@Command(name = "users", description = "Erase end users from the records.")
public final class UsersCommand {
  private final Session session;

  private UsersCommand(Session session) {
    this.session = session;
  }

  public static CommandLine commandLine(Session session) {
    return new CommandLine(new UsersCommand(session));
  }

  @Command(
      name = "erase",
      description =
          "Replace a user's id with a random id in all records and sums. Costs stay. Calls of the"
              + " last minute can still arrive with the old id. Run the command again later to"
              + " erase them, too.")
  int erase(
      @Parameters(paramLabel = "USER", description = "The user's id, as sent in calls.")
          String user,
      @Option(
              names = "--team",
              paramLabel = "TEAM",
              required = true,
              description = "The team that the user belongs to.")
          String team) {
    ApiClient api = session.api();
    ObjectNode request = Json.object().put("team", team).put("user_id", user);
    ObjectNode erased =
        PagedResponse.fetchAll(
                request, page -> api.post(ApiClient.path("admin", "users", "erase"), page))
            .sum("calls");
    session.print(
        erased,
        () ->
            "Moved %s to the random id %s."
                .formatted(
                    CountFormat.format(erased.path("calls"), "call"),
                    Json.text(erased.path("pseudonym"))));
    return ExitCode.OK;
  }
}
