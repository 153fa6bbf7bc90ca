package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** Shows who did what, and whether anybody changed that record. */
public final class AuditLogPrinter {
  private static final String INTACT = "intact";

  /** The beginning of a hash is enough for a table; --json has all of it. */
  private static final Pattern HASH = Pattern.compile("^([0-9a-f]{12})[0-9a-f]{52}$");

  private AuditLogPrinter() {}

  public static int print(Session session, String path) {
    JsonNode ledger = session.api().getAll(path, "events");
    String chain = ledger.path("chain").asText();
    session.print(ledger, () -> table(ledger) + "The chain of events is " + chain + ".\n");
    if (!chain.equals(INTACT)) {
      throw new CommandException(
          "the chain of events is " + chain + ": somebody changed the record");
    }
    return ExitCode.OK;
  }

  private static String table(JsonNode ledger) {
    Table table = new Table("NUMBER", "TIME", "EVENT", "ABOUT", "FROM", "TO", "BY", "REASON");
    for (JsonNode event : ledger.path("events")) {
      table.row(
          Json.text(event.path("number")),
          Json.text(event.path("time")),
          Json.text(event.path("type")),
          abbreviate(event.path("about")),
          abbreviate(event.path("from")),
          abbreviate(event.path("to")),
          Json.text(event.path("actor")),
          Json.text(event.path("reason")));
    }
    return table.toString();
  }

  private static String abbreviate(JsonNode value) {
    return HASH.matcher(Json.text(value)).replaceFirst("$1");
  }
}
