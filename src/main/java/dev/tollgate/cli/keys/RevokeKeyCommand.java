package dev.tollgate.cli.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Ends a key. */
@Command(name = "revoke", description = "End a key now and for good.")
public final class RevokeKeyCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "ID", description = "The key's id, as `keys list` shows it.")
  private String id = "";

  @Mixin private final ReasonOption reason = new ReasonOption();

  public RevokeKeyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ObjectNode body = reason.putInto(Json.object());
    JsonNode key = session.api().post(ApiClient.path("admin", "keys", id, "revoke"), body);
    session.print(key, () -> "%s is revoked".formatted(Json.text(key.path("id"))));
    return ExitCode.OK;
  }
}
