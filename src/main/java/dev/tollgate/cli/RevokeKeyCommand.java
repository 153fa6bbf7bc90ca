package dev.tollgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends a key. */
@Command(
    name = "revoke",
    description = "End a key now and for good.",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.OK_HELP, ExitCode.ERROR_HELP})
final class RevokeKeyCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "ID", description = "The key's id, as `keys list` shows it.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it goes on record.")
  private Optional<String> reason = Optional.empty();

  RevokeKeyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object();
    reason.ifPresent(text -> body.put("reason", text));
    JsonNode key = session.api().post(Api.path("admin", "keys", id, "revoke"), body);
    session.print(key, () -> "%s is revoked".formatted(Json.text(key.path("id"))));
    return ExitCode.OK;
  }
}
