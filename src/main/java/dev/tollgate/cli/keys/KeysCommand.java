package dev.tollgate.cli.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.AuditLogPrinter;
import dev.tollgate.cli.client.CommandGroup;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.FunctionOptions;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on API keys. */
@Command(name = "keys", description = "Manage API keys.")
public final class KeysCommand {
  private static final String KEY_ID = "The key's id, as `keys list` shows it.";

  private final Session session;

  private KeysCommand(Session session) {
    this.session = session;
  }

  public static CommandLine commandLine(Session session) {
    return CommandGroup.order(
        new CommandLine(new KeysCommand(session)),
        "create",
        "list",
        "rotate",
        "revoke",
        "events",
        "bootstrap");
  }

  @Command(name = "create", description = "Create a key and show its secret once.")
  int create(
      @Option(
              names = "--team",
              required = true,
              paramLabel = "TEAM",
              description = "The team that pays for the key's calls.")
          String team,
      @Option(
              names = "--role",
              required = true,
              split = ",",
              paramLabel = "ROLE",
              description = "The key's roles: invoke, preview, author, admin, finance.")
          List<String> roles,
      @Option(names = "--name", paramLabel = "NAME", description = "A name that tells its purpose.")
          Optional<String> name,
      @Option(
              names = "--expires",
              paramLabel = "WHEN",
              description = "Expiry: a duration (90d) or a timestamp (2027-01-31T00:00:00Z).")
          Optional<String> expires,
      @Mixin KeyScopeOptions scope) {
    ObjectNode body = Json.object().put("team", team);
    roles.forEach(body.putArray("roles")::add);
    name.ifPresent(text -> body.put("name", text));
    expires
        .map(when -> TimeParser.parseInstant("--expires", when, Instant.now()))
        .ifPresent(moment -> body.put("expires_at", moment.toString()));
    scope.putInto(body);
    JsonNode key = session.api().post(ApiClient.path("admin", "keys"), body);
    session.print(key, () -> KeyText.issued(key));
    return ExitCode.OK;
  }

  @Command(name = "list", description = "List the keys, without their secrets.")
  int list() {
    JsonNode keys = session.api().getAll(ApiClient.path("admin", "keys"), "keys");
    session.print(keys, () -> KeyText.table(keys.path("keys")));
    return ExitCode.OK;
  }

  @Command(name = "rotate", description = "Replace a key and show the new secret once.")
  int rotate(
      @Parameters(paramLabel = "ID", description = KEY_ID) String id,
      @Option(
              names = "--overlap",
              defaultValue = "24h",
              paramLabel = "DURATION",
              description = "Grace period of the old key; default: ${DEFAULT-VALUE}.")
          String overlap,
      @Mixin ReasonOption reason) {
    ObjectNode body =
        Json.object()
            .put("overlap_seconds", TimeParser.parseDuration("--overlap", overlap).toSeconds());
    reason.putInto(body);
    JsonNode key = session.api().post(ApiClient.path("admin", "keys", id, "rotate"), body);
    session.print(
        key, () -> KeyText.issued(key) + "Key %s expires in %s.\n".formatted(id, overlap));
    return ExitCode.OK;
  }

  @Command(name = "revoke", description = "Revoke a key immediately and permanently.")
  int revoke(
      @Parameters(paramLabel = "ID", description = KEY_ID) String id, @Mixin ReasonOption reason) {
    ObjectNode body = reason.putInto(Json.object());
    JsonNode key = session.api().post(ApiClient.path("admin", "keys", id, "revoke"), body);
    session.print(key, () -> "Revoked key %s.".formatted(Json.text(key.path("id"))));
    return ExitCode.OK;
  }

  @Command(
      name = "events",
      description = "List the audit log of all keys, newest first, and verify its hash chain.",
      exitCodeList = {ExitCode.OK_HELP, ExitCode.BROKEN_CHAIN_HELP})
  int events() {
    return AuditLogPrinter.print(session, ApiClient.path("admin", "keys", "events"));
  }

  @Command(
      name = "bootstrap",
      description =
          "Create the first admin key by invoking the Lambda function directly. Uses the AWS"
              + " credentials of this shell or, if LAMBDA_URL is set, a local cloud. Needs neither"
              + " --url nor --key.")
  int bootstrap(
      @Option(
              names = "--team",
              paramLabel = "TEAM",
              defaultValue = "platform",
              description = "The team that the key belongs to; default: ${DEFAULT-VALUE}.")
          String team,
      @Mixin FunctionOptions function) {
    ObjectNode request = Json.object().put("action", "createKey").put("team", team);
    request.putArray("roles").add("admin");
    JsonNode key = function.resolve(session, "tollgate-promptAdmin").invoke(request);
    session.print(key, () -> KeyText.issued(key));
    return ExitCode.OK;
  }
}
