package dev.tollgate.cli.semantic;

import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets a prompt use the semantic cache again. */
@Command(
    name = "on",
    description =
        "Let a prompt that asks for it use the semantic cache; what was counted is forgiven.")
public final class SemanticOnCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final SemanticOptions options = new SemanticOptions();

  public SemanticOnCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return options.send(session, true);
  }
}
