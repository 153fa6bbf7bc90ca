package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.PagedResponse;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a user's id off all records. */
@Command(
    name = "erase",
    description =
        "Put a random id in the place of a user's, in every record and every sum. What the calls"
            + " cost stays. Calls of the last minute may still come in under the old id: erase it"
            + " again later, which also tells whether any did.")
public final class EraseUserCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "USER", description = "The user's id, as calls sent it.")
  private String user = "";

  @Option(
      names = "--team",
      paramLabel = "TEAM",
      required = true,
      description = "The team whose user it is.")
  private String team = "";

  public EraseUserCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient api = session.api();
    ObjectNode request = Json.object().put("team", team).put("user_id", user);
    ObjectNode erased =
        PagedResponse.fetchAll(
                request, part -> api.post(ApiClient.path("admin", "users", "erase"), part))
            .sum("calls");
    session.print(
        erased,
        () ->
            "%s calls are of %s now"
                .formatted(Json.text(erased.path("calls")), Json.text(erased.path("pseudonym"))));
    return ExitCode.OK;
  }
}
