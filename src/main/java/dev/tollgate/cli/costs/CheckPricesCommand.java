package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.client.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Compares the installed price book with a file. */
@Command(
    name = "check",
    description = "Show what would change if a file took the place of the installed price book.",
    exitCodeList = {" 0:nothing would change", ExitCode.ERROR_HELP, " 2:something would"})
public final class CheckPricesCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "FILE", description = "A price book, in the form of prices.yaml.")
  private String file = "";

  public CheckPricesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode compared;
    try {
      compared =
          session
              .api()
              .postYaml(
                  ApiClient.path("admin", "costs", "prices", "compare"),
                  Files.readAllBytes(session.resolve(file)));
    } catch (IOException e) {
      throw CommandException.cannotRead(file, e);
    }
    JsonNode changes = compared.path("changes");
    session.print(compared, () -> text(changes));
    return changes.isEmpty() ? ExitCode.OK : ExitCode.DRIFT;
  }

  private static String text(JsonNode changes) {
    if (changes.isEmpty()) {
      return "Nothing would change.";
    }
    Table table = new Table("PRICE", "RATE", "INSTALLED", "FILE");
    for (JsonNode change : changes) {
      table.row(
          Json.text(change.path("price_id")),
          Json.text(change.path("rate")),
          Json.text(change.path("before")),
          Json.text(change.path("after")));
    }
    return table.toString();
  }
}
