package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a version back into production that was there before. */
@Command(
    name = "rollback",
    description = "Put the version back into production that was active before.")
public final class RollbackCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @Option(
      names = "--to",
      paramLabel = "N",
      description = "Another version that was active once; default: the one active before.")
  private Optional<Integer> to = Optional.empty();

  @Mixin private final ReasonOption reason = new ReasonOption();

  @Mixin private final RevisionOption revision = new RevisionOption();

  public RollbackCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode moved = new Activation(session.api()).rollBack(name, to, reason, revision.get());
    session.print(moved, () -> Activation.text(moved));
    return ExitCode.OK;
  }
}
