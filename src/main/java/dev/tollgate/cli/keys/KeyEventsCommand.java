package dev.tollgate.cli.keys;

import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.AuditLogPrinter;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists what happened to keys. */
@Command(
    name = "events",
    description = "List what happened to keys, the newest first, and check the record.",
    exitCodeList = {ExitCode.OK_HELP, " 1:an error, or the chain of events is broken"})
public final class KeyEventsCommand implements Callable<Integer> {
  private final Session session;

  public KeyEventsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return AuditLogPrinter.print(session, ApiClient.path("admin", "keys", "events"));
  }
}
