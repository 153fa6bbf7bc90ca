package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CountFormat;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.PagedResponse;
import dev.tollgate.cli.client.Session;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Imports calls that are missing in the cost ledger. */
@Command(
    name = "repair",
    description =
        "Import missing calls from the calls table into the cost ledger. The ledger repairs itself"
            + " after an outage of less than a day. Use this command after a longer outage."
            + " Existing entries do not change.")
final class RepairCostsCommand implements Callable<Integer> {
  private final Session session;

  @ArgGroup(multiplicity = "1")
  private DayChoice days = new DayChoice();

  /** One day or all days. */
  static final class DayChoice {
    @Option(names = "--day", paramLabel = "DAY", description = "A UTC day, such as 2026-11-24.")
    private Optional<String> day = Optional.empty();

    @Option(names = "--all", description = "All days in the calls table.")
    private boolean all;
  }

  RepairCostsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient api = session.api();
    ObjectNode request = Json.object();
    days.day.ifPresent(day -> request.put("day", day));
    ObjectNode repaired =
        PagedResponse.fetchAll(
                request, page -> api.post(ApiClient.path("admin", "costs", "repair"), page))
            .sum("read", "booked", "unreadable");
    session.print(repaired, () -> text(repaired));
    return ExitCode.OK;
  }

  static String text(JsonNode repaired) {
    long unreadable = repaired.path("unreadable").asLong();
    return "Imported %s of %s; the others already exist."
            .formatted(
                Json.text(repaired.path("booked")),
                CountFormat.format(repaired.path("read"), "call"))
        + (unreadable == 0
            ? ""
            : " Skipped %s. See the log of costLedger."
                .formatted(CountFormat.format(repaired.path("unreadable"), "invalid item")));
  }
}
