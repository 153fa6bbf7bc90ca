package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.PagedResponse;
import dev.tollgate.cli.client.Session;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Books calls that the ledger lacks. */
@Command(
    name = "repair",
    description =
        "Book the calls that the ledger lacks, from the calls table. The ledger repairs itself"
            + " while it was down for less than a day; this is for longer. What is booked already"
            + " stays as it is.")
public final class RepairCostsCommand implements Callable<Integer> {
  private final Session session;

  @ArgGroup(multiplicity = "1")
  private DayChoice days = new DayChoice();

  /** One day or all of them. */
  static final class DayChoice {
    @Option(names = "--day", paramLabel = "DAY", description = "A UTC day, as 2026-11-24.")
    private Optional<String> day = Optional.empty();

    @Option(names = "--all", description = "All days that are kept.")
    private boolean all;
  }

  public RepairCostsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient api = session.api();
    ObjectNode request = Json.object();
    days.day.ifPresent(day -> request.put("day", day));
    ObjectNode repaired =
        PagedResponse.fetchAll(
                request, part -> api.post(ApiClient.path("admin", "costs", "repair"), part))
            .sum("read", "booked", "unreadable");
    session.print(repaired, () -> text(repaired));
    return ExitCode.OK;
  }

  static String text(JsonNode repaired) {
    long unreadable = repaired.path("unreadable").asLong();
    return "%s of %s calls were booked, the others were already"
            .formatted(Json.text(repaired.path("booked")), Json.text(repaired.path("read")))
        + (unreadable == 0
            ? ""
            : "; %d items are no calls and were left out: see costLedger's log"
                .formatted(unreadable));
  }
}
