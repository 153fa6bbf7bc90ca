package dev.tollgate.cli.prompts;

import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.AuditLogPrinter;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists what happened to a prompt. */
@Command(
    name = "events",
    description = "List what happened to a prompt, the newest first, and check the record.",
    exitCodeList = {ExitCode.OK_HELP, " 1:an error, or the chain of events is broken"})
public final class EventsCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  public EventsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return AuditLogPrinter.print(session, ApiClient.path("admin", "prompts", name, "events"));
  }
}
