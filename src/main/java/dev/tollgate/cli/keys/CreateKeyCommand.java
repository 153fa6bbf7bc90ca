package dev.tollgate.cli.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a key. */
@Command(name = "create", description = "Make a key and show its secret, once.")
public final class CreateKeyCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--team",
      required = true,
      paramLabel = "TEAM",
      description = "The team that pays for the key's calls.")
  private String team = "";

  @Option(
      names = "--role",
      required = true,
      split = ",",
      paramLabel = "ROLE",
      description = "What the key may do: invoke, preview, author, admin, finance.")
  private List<String> roles = new ArrayList<>();

  @Option(names = "--name", paramLabel = "NAME", description = "What the key is for.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--expires",
      paramLabel = "WHEN",
      description = "In how long it expires, such as 90d, or when, such as 2027-01-31T00:00:00Z.")
  private Optional<String> expires = Optional.empty();

  @Option(
      names = "--model",
      split = ",",
      paramLabel = "MODEL",
      description = "A model that it may use; default: all.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--prompt",
      split = ",",
      paramLabel = "PROMPT",
      description = "A prompt that it may use; default: all.")
  private List<String> prompts = new ArrayList<>();

  public CreateKeyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object().put("team", team);
    roles.forEach(body.putArray("roles")::add);
    name.ifPresent(text -> body.put("name", text));
    expires
        .map(when -> TimeParser.parseInstant("--expires", when, Instant.now()))
        .ifPresent(moment -> body.put("expires_at", moment.toString()));
    if (!models.isEmpty()) {
      models.forEach(body.putArray("models")::add);
    }
    if (!prompts.isEmpty()) {
      prompts.forEach(body.putArray("prompts")::add);
    }
    JsonNode key = session.api().post(ApiClient.path("admin", "keys"), body);
    session.print(key, () -> KeyText.issued(key));
    return ExitCode.OK;
  }
}
