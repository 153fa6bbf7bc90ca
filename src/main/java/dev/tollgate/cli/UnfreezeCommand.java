package dev.tollgate.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets a frozen version into production again. */
@Command(name = "unfreeze", description = "Let a frozen version be activated again.")
final class UnfreezeCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final FreezeOptions options = new FreezeOptions();

  UnfreezeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return options.send(session, "unfreeze");
  }
}
