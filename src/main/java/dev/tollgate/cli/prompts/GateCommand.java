package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says whether a version may be activated, and what is missing. */
@Command(
    name = "gate",
    description = "Say whether a version may be activated, and what is missing if not.",
    exitCodeList = {" 0:the gate is open", ExitCode.ERROR_HELP, " 3:the gate is closed"})
public final class GateCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      defaultValue = "latest",
      paramLabel = "REF",
      description = "A version, a label, production or latest; default: ${DEFAULT-VALUE}.")
  private String ref = "";

  public GateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode gate =
        session.api().get(ApiClient.path("admin", "prompts", name, "versions", ref, "gate"));
    session.print(gate, () -> text(gate));
    return gate.path("open").asBoolean() ? ExitCode.OK : ExitCode.GATE_CLOSED;
  }

  private String text(JsonNode gate) {
    String version = name + " version " + Json.text(gate.path("version"));
    if (gate.path("open").asBoolean()) {
      return "%s passed its tests at %s in run %s: it may be activated."
          .formatted(version, Json.text(gate.path("passed_at")), Json.text(gate.path("run_id")));
    }
    StringBuilder text = new StringBuilder(version).append(" may not be activated:\n");
    gate.path("missing")
        .forEach(missing -> text.append("- ").append(missing.asText()).append('\n'));
    return text.toString();
  }
}
