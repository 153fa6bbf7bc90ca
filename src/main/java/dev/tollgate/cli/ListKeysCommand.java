package dev.tollgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists keys, without their secrets, which nobody has. */
@Command(name = "list", description = "List the keys.")
final class ListKeysCommand implements Callable<Integer> {
  private final Session session;

  ListKeysCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode keys = session.api().getAll(Api.path("admin", "keys"), "keys");
    session.print(keys, () -> KeyText.table(keys.path("keys")));
    return ExitCode.OK;
  }
}
