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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a key in place of another, which holds for a while longer. */
@Command(name = "rotate", description = "Make a key in place of another and show its secret, once.")
public final class RotateKeyCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "ID", description = "The key's id, as `keys list` shows it.")
  private String id = "";

  @Option(
      names = "--overlap",
      defaultValue = "24h",
      paramLabel = "DURATION",
      description = "For how long the old key still holds; default: ${DEFAULT-VALUE}.")
  private String overlap = "";

  @Mixin private final ReasonOption reason = new ReasonOption();

  public RotateKeyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ObjectNode body =
        Json.object()
            .put("overlap_seconds", TimeParser.parseDuration("--overlap", overlap).toSeconds());
    reason.putInto(body);
    JsonNode key = session.api().post(ApiClient.path("admin", "keys", id, "rotate"), body);
    session.print(
        key, () -> KeyText.issued(key) + "Key %s holds for %s longer.\n".formatted(id, overlap));
    return ExitCode.OK;
  }
}
