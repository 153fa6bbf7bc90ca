package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.client.TerminalEscaper;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one version: its settings, a blank line, and its content. */
@Command(name = "show", description = "Show a version's settings and content.")
public final class ShowCommand implements Callable<Integer> {
  private static final List<String> LEADING_FIELDS =
      List.of("name", "version", "active", "frozen", "labels");

  private final Session session;

  @Parameters(
      paramLabel = "NAME[@REF]",
      description =
          "The prompt, and which version of it: a number, a label, latest, or production, which is"
              + " the default.")
  private String prompt = "";

  public ShowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    int at = prompt.indexOf('@');
    String name = at < 0 ? prompt : prompt.substring(0, at);
    String ref = at < 0 ? "production" : prompt.substring(at + 1);
    JsonNode version = session.api().get(ApiClient.path("admin", "prompts", name, "versions", ref));
    session.print(version, () -> text(version));
    return ExitCode.OK;
  }

  private static String text(JsonNode version) {
    StringBuilder text = new StringBuilder();
    for (String field : LEADING_FIELDS) {
      append(text, field, version.path(field));
    }
    for (Map.Entry<String, JsonNode> field : version.properties()) {
      if (!LEADING_FIELDS.contains(field.getKey()) && !field.getKey().equals("content")) {
        append(text, field.getKey(), field.getValue());
      }
    }
    JsonNode content = version.path("content");
    if (content.isTextual()) {
      text.append('\n').append(content.textValue());
    }
    for (JsonNode message : content) {
      text.append("\n[%s]\n".formatted(message.path("role").asText()))
          .append(message.path("content").asText().stripTrailing())
          .append('\n');
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String field, JsonNode value) {
    if (!value.isMissingNode()) {
      text.append("%-15s %s\n".formatted(field, TerminalEscaper.escapeLine(Json.text(value))));
    }
  }
}
