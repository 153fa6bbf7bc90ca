package dev.tollgate.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists what happened to a prompt. */
@Command(
    name = "events",
    description = "List what happened to a prompt, the newest first, and check the record.",
    exitCodeList = {ExitCode.OK_HELP, " 1:an error, or the chain of events is broken"})
final class EventsCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  EventsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return EventLedger.show(session, Api.path("admin", "prompts", name, "events"));
  }
}
