package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.client.TerminalEscaper;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows the difference between a file and its active version, or between two versions. */
@Command(
    name = "diff",
    description = "Compare a file with the active version, or two versions with each other.",
    exitCodeList = {
      " 0:the file equals the active version, or two versions were compared",
      ExitCode.ERROR_HELP,
      " 2:the file differs from the active version"
    })
final class DiffCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final FilesOption files = new FilesOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FROM",
      description =
          "A version, a label, production or latest; default: compare the file with the active"
              + " version.")
  private Optional<String> from = Optional.empty();

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "TO",
      description = "The version to compare FROM with; default: latest.")
  private Optional<String> to = Optional.empty();

  DiffCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (from.isPresent()) {
      JsonNode diff =
          session
              .api()
              .get(
                  ApiClient.path("admin", "prompts", name, "diff")
                      + "?from="
                      + ApiClient.encode(from.get())
                      + "&to="
                      + ApiClient.encode(to.orElse("latest")));
      session.print(
          diff,
          () ->
              "%s: version %s to %s\n"
                      .formatted(name, Json.text(diff.path("from")), Json.text(diff.path("to")))
                  + changes(diff));
      return ExitCode.OK;
    }
    JsonNode drift = files.driftChecker(session).check(name);
    session.print(drift, () -> drift.path("message").asText() + "\n" + changes(drift));
    return DriftChecker.isSame(drift) ? ExitCode.OK : ExitCode.DRIFT;
  }

  static String changes(JsonNode diff) {
    StringBuilder text = new StringBuilder();
    String unified = diff.path("unified").asText("");
    for (JsonNode change : diff.path("changes")) {
      String field = change.path("field").asText();
      if (!field.equals("content")) {
        text.append(change(field, Json.text(change.path("from")), Json.text(change.path("to"))));
      } else if (unified.isEmpty()) {
        // Content can differ although its lines are the same. JSON shows how.
        text.append(change(field, change.path("from").toString(), change.path("to").toString()));
      }
    }
    return text + unified;
  }

  private static String change(String field, String from, String to) {
    return TerminalEscaper.escapeLine("%s: %s -> %s".formatted(field, from, to)) + "\n";
  }
}
