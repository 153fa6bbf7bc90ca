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
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The commands on the price book. */
@Command(name = "prices", description = "Check the price book.")
public final class PricesCommand {
  private final Session session;

  private PricesCommand(Session session) {
    this.session = session;
  }

  public static CommandLine commandLine(Session session) {
    return new CommandLine(new PricesCommand(session));
  }

  @Command(
      name = "check",
      description = "Compare the installed price book with a file that would replace it.",
      exitCodeList = {" 0:no changes", ExitCode.ERROR_HELP, " 2:the price books differ"})
  int check(
      @Parameters(paramLabel = "FILE", description = "A price book in the format of prices.yaml.")
          String file) {
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
      return "No changes.";
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
