package dev.tollgate.cli.semantic;

import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Keeps a prompt from using the semantic cache. */
@Command(
    name = "off",
    description = "Serve a prompt no answers to similar questions, whatever its versions ask for.")
public final class SemanticOffCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final SemanticOptions options = new SemanticOptions();

  public SemanticOffCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return options.send(session, false);
  }
}
