package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** Prints the audit log and the state of its hash chain. */
public final class AuditLogPrinter {
  private static final String INTACT = "intact";

  /** A table shows the first 12 digits of a hash; {@code --json} shows all. */
  private static final Pattern HASH = Pattern.compile("^([0-9a-f]{12})[0-9a-f]{52}$");

  private AuditLogPrinter() {}

  public static int print(Session session, String path) {
    JsonNode log = session.api().getAll(path, "events");
    String chain = log.path("chain").asText();
    session.print(log, () -> table(log) + "Hash chain: " + chain + ".\n");
    if (!chain.equals(INTACT)) {
      throw new CommandException(
          "The hash chain of the audit log is " + chain + ": an event was changed or removed.");
    }
    return ExitCode.OK;
  }

  private static String table(JsonNode log) {
    Table table = new Table("NUMBER", "TIME", "EVENT", "ABOUT", "FROM", "TO", "BY", "REASON");
    for (JsonNode event : log.path("events")) {
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
