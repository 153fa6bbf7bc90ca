package dev.tollgate.cli.prompts;

import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Keeps a version out of production. */
@Command(name = "freeze", description = "Keep a version from being activated.")
public final class FreezeCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final FreezeOptions options = new FreezeOptions();

  public FreezeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return options.send(session, "freeze");
  }
}
