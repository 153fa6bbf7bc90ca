package dev.tollgate.cli.semantic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Table;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Renders the state of a prompt's semantic cache as text. */
final class SemanticText {
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private SemanticText() {}

  static String of(JsonNode state) {
    StringBuilder text =
        new StringBuilder(
            "%s: semantic cache %s\n".formatted(state.path("name").asText(), describeUse(state)));
    JsonNode off = state.path("off");
    if (off.isObject()) {
      text.append(
          "Disabled since %s: %s\n"
              .formatted(off.path("since").asText(), off.path("reason").asText()));
    }
    text.append(describeCounts(state));
    if (!state.path("different_calls").isEmpty()) {
      Table table = new Table("CALL", "ANSWERED BY", "SIMILARITY", "VERSION");
      for (JsonNode call : state.path("different_calls")) {
        table.row(
            call.path("call_id").asText(),
            call.path("answered_by").asText(),
            Json.text(call.path("similarity")),
            Json.text(call.path("version")));
      }
      text.append("\nNewest wrong hits:\n").append(table);
    }
    return text.toString();
  }

  private static String describeUse(JsonNode state) {
    if (!state.path("enabled").asBoolean()) {
      return "disabled";
    }
    if (!state.path("version").isNumber()) {
      return "enabled, but no version is active";
    }
    String version = Json.text(state.path("version"));
    return state.path("asked_for").asBoolean()
        ? "enabled for version " + version
        : "enabled, but version %s does not use it".formatted(version);
  }

  private static String describeCounts(JsonNode state) {
    if (state.path("compared").asLong() == 0) {
      return "No hits of this version were compared yet, %s undecided\n"
          .formatted(Json.text(state.path("undecided")));
    }
    JsonNode interval = state.path("interval");
    return "%s of %s compared hits were wrong: %s%% (95%% interval %s%% to %s%%, limit %s%%), %s undecided\n"
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
