package dev.tollgate.cli.prompts;

import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets a frozen version into production again. */
@Command(name = "unfreeze", description = "Let a frozen version be activated again.")
public final class UnfreezeCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final FreezeOptions options = new FreezeOptions();

  public UnfreezeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return options.send(session, "unfreeze");
  }
}
