package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Table;
import dev.tollgate.cli.client.TerminalEscaper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Renders versions of prompts and their gates as text. */
final class PromptText {
  private static final List<String> LEADING_FIELDS =
      List.of("name", "version", "active", "frozen", "labels");

  private PromptText() {}

  /** The settings of a version, a blank line, and its content. */
  static String version(JsonNode version) {
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

  static String history(JsonNode history) {
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

  static String gate(String name, JsonNode gate) {
    String version = name + " version " + Json.text(gate.path("version"));
    if (gate.path("open").asBoolean()) {
      return "%s can be activated: it passed its tests at %s in run %s."
          .formatted(version, Json.text(gate.path("passed_at")), Json.text(gate.path("run_id")));
    }
    StringBuilder text = new StringBuilder(version).append(" cannot be activated:\n");
    gate.path("missing")
        .forEach(missing -> text.append("- ").append(missing.asText()).append('\n'));
    return text.toString();
  }
}
