package dev.tollgate.cli.semantic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Table;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What is known of a prompt's semantic cache, as a person reads it. */
final class SemanticText {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private SemanticText() {}

  static String of(JsonNode state) {
    StringBuilder text =
        new StringBuilder(
            "%s: the semantic cache is %s\n"
                .formatted(state.path("name").asText(), describeUse(state)));
    JsonNode off = state.path("off");
    if (off.isObject()) {
      text.append(
          "Since %s: %s\n".formatted(off.path("since").asText(), off.path("reason").asText()));
    }
    text.append(describeCounts(state));
    if (!state.path("different_calls").isEmpty()) {
      Table table = new Table("CALL", "WAS SERVED THE ANSWER OF", "SIMILARITY", "VERSION");
      for (JsonNode call : state.path("different_calls")) {
        table.row(
            call.path("call_id").asText(),
            call.path("answered_by").asText(),
            Json.text(call.path("similarity")),
            Json.text(call.path("version")));
      }
      text.append("\nThe newest answers that differ from the model's own:\n").append(table);
    }
    return text.toString();
  }

  private static String describeUse(JsonNode state) {
    if (!state.path("enabled").asBoolean()) {
      return "switched off";
    }
    if (!state.path("version").isNumber()) {
      return "on, but no version is in production";
    }
    String version = Json.text(state.path("version"));
    return state.path("asked_for").asBoolean()
        ? "on for version " + version
        : "on, but version %s does not ask for it".formatted(version);
  }

  private static String describeCounts(JsonNode state) {
    if (state.path("compared").asLong() == 0) {
      return "No answer of this version was compared yet, %s undecided\n"
          .formatted(Json.text(state.path("undecided")));
    }
    JsonNode interval = state.path("interval");
    return "%s of %s compared answers were wrong: %s %% (95 %% interval %s to %s %%, limit %s %%), %s undecided\n"
        .formatted(
            Json.text(state.path("different")),
            Json.text(state.path("compared")),
            formatPercent(state.path("rate")),
            formatPercent(interval.path("low")),
            formatPercent(interval.path("high")),
            formatPercent(state.path("limit")),
            Json.text(state.path("undecided")));
  }

  private static String formatPercent(JsonNode share) {
    return share
        .decimalValue()
        .multiply(HUNDRED)
        .setScale(2, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
