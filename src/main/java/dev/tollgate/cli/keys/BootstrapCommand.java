package dev.tollgate.cli.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.FunctionOptions;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the first admin key, for which there is no key to ask with yet. */
@Command(
    name = "bootstrap",
    description =
        "Make the first admin key by invoking the function itself, with the AWS credentials of this"
            + " shell or, if LAMBDA_URL is set, in a local cloud. Needs neither --url nor --key.")
public final class BootstrapCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--team",
      paramLabel = "TEAM",
      defaultValue = "platform",
      description = "The team that the key belongs to; default: ${DEFAULT-VALUE}.")
  private String team = "";

  @Mixin private final FunctionOptions function = new FunctionOptions();

  public BootstrapCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ObjectNode request = Json.object().put("action", "createKey").put("team", team);
    request.putArray("roles").add("admin");
    JsonNode key = function.resolve(session, "tollgate-promptAdmin").invoke(request);
    session.print(key, () -> KeyText.issued(key));
    return ExitCode.OK;
  }
}
