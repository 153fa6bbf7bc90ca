package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a version into production. */
@Command(
    name = "activate",
    description = "Put a version into production.",
    exitCodeList = {ExitCode.OK_HELP, ExitCode.ERROR_HELP, ExitCode.GATE_HELP})
public final class ActivateCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "VERSION", description = "The version's number.")
  private int version;

  @Option(names = "--force", description = "Activate although the gate is closed. Needs --reason.")
  private boolean force;

  @Mixin private final ReasonOption reason = new ReasonOption();

  @Mixin private final RevisionOption revision = new RevisionOption();

  public ActivateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode moved =
        new Activation(session.api()).activate(name, version, force, reason, revision.get());
    session.print(moved, () -> Activation.text(moved));
    return ExitCode.OK;
  }
}
