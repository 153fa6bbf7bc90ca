package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.client.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists a prompt's versions. */
@Command(name = "history", description = "List a prompt's versions, the newest first.")
public final class HistoryCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  public HistoryCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode history = session.api().getAll(ApiClient.path("admin", "prompts", name), "versions");
    session.print(history, () -> table(history));
    return ExitCode.OK;
  }

  private static String table(JsonNode history) {
    Table table = new Table("VERSION", "STATE", "HASH", "CREATED", "AUTHOR", "NOTES");
    for (JsonNode version : history.path("versions")) {
      table.row(
          Json.text(version.path("version")),
          state(version, history.path("labels")),
          Json.text(version.path("hash")),
          Json.text(version.path("created")),
          Json.text(version.path("author")),
          version.path("notes").asText());
    }
    return table.toString();
  }

  private static String state(JsonNode version, JsonNode labels) {
    List<String> state = new ArrayList<>();
    if (version.path("active").asBoolean()) {
      state.add("active");
    }
    if (version.path("frozen").asBoolean()) {
      state.add("frozen");
    }
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      if (label.getValue().equals(version.path("version"))) {
        state.add(label.getKey());
      }
    }
    return String.join(", ", state);
  }
}
