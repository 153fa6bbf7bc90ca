package dev.tollgate.cli.keys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists keys, without their secrets, which nobody has. */
@Command(name = "list", description = "List the keys.")
public final class ListKeysCommand implements Callable<Integer> {
  private final Session session;

  public ListKeysCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode keys = session.api().getAll(ApiClient.path("admin", "keys"), "keys");
    session.print(keys, () -> KeyText.table(keys.path("keys")));
    return ExitCode.OK;
  }
}
