package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.budgets.BudgetText;
import dev.tollgate.cli.client.CountFormat;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.MoneyFormat;
import dev.tollgate.cli.client.Table;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Renders costs as text. */
final class CostText {
  /** The first field of a group after its dimensions. */
  private static final String FIRST_AMOUNT_FIELD = "cost";

  private CostText() {}

  static String report(JsonNode report) {
    StringBuilder text = new StringBuilder(headline(report));
    if (report.has("groups")) {
      text.append('\n').append(groups(report.path("groups")));
      if (report.path("cursor").isTextual()) {
        text.append("There are more rows. `tollgate costs export --by` writes all of them.\n");
      }
      return text.toString();
    }
    if (!report.path("budgets").isEmpty()) {
      text.append('\n').append(BudgetText.table(report.path("budgets")));
    }
    text.append('\n').append(shares("MODEL", report.path("by_model"), "model"));
    text.append('\n').append(shares("USER", report.path("top_users"), "user_id"));
    text.append('\n').append(shares("ENDPOINT", report.path("by_endpoint"), "endpoint"));
    return text.toString();
  }

  private static String headline(JsonNode report) {
    JsonNode caching = report.path("prompt_cache");
    return """
    %s to %s (UTC)

    spend           %s%s
    calls           %s, %s failed (%s), %s from cache (%s)
    tokens          %s
    cache savings   %s%s
    prompt caching  %s net: %s tokens read, %s written
    latency         p50 %s ms, p95 %s ms
    estimated       %s of the spend
    complete until  %s
    """
        .formatted(
            report.path("from").asText(),
            report.path("to").asText(),
            MoneyFormat.format(report.path("total_usd")),
            change(report.path("previous")),
            CountFormat.format(report.path("total_calls")),
            CountFormat.format(report.path("failed_calls")),
            formatPercent(report.path("error_rate")),
            CountFormat.format(report.path("cached_calls")),
            formatPercent(report.path("cache_hit_rate")),
            CountFormat.format(report.path("total_tokens")),
            MoneyFormat.format(report.path("cache_savings")),
            semanticSavings(report.path("response_cache")),
            MoneyFormat.format(caching.path("net_savings_usd")),
            CountFormat.format(caching.path("read_tokens")),
            CountFormat.format(caching.path("write_tokens")),
            Json.text(report.path("latency_ms").path("p50")),
            Json.text(report.path("latency_ms").path("p95")),
            MoneyFormat.format(report.path("estimated_usd")),
            Json.text(report.path("complete_until")));
  }

  private static String semanticSavings(JsonNode reuse) {
    return reuse.path("semantic_calls").asLong() == 0
        ? ""
        : ", of which %s from %s"
            .formatted(
                MoneyFormat.format(reuse.path("semantic_savings_usd")),
                CountFormat.format(reuse.path("semantic_calls"), "semantic hit"));
  }

  private static String change(JsonNode previous) {
    JsonNode change = previous.path("total_usd_change");
    if (!change.isNumber()) {
      return "";
    }
    String sign = change.decimalValue().signum() < 0 ? "" : "+";
    return " (%s%s compared with %s to %s)"
        .formatted(
            sign,
            formatPercent(change),
            previous.path("from").asText(),
            previous.path("to").asText());
  }

  private static String shares(String heading, JsonNode shares, String name) {
    Table table = new Table(heading, "COST", "CALLS", "TOKENS");
    for (JsonNode share : shares) {
      table.row(
          Json.text(share.path(name)),
          MoneyFormat.format(share.path("cost")),
          CountFormat.format(share.path("calls")),
          CountFormat.format(share.path("tokens")));
    }
    return table.toString();
  }

  private static String groups(JsonNode groups) {
    List<String> key = new ArrayList<>();
    for (var fields = groups.path(0).fieldNames(); fields.hasNext(); ) {
      String field = fields.next();
      if (field.equals(FIRST_AMOUNT_FIELD)) {
        break;
      }
      key.add(field);
    }
    List<String> headings = new ArrayList<>();
    key.forEach(field -> headings.add(field.toUpperCase(Locale.ROOT)));
    headings.addAll(
        List.of("COST", "CALLS", "TOKENS", "CACHED", "FAILED", "SAVED", "P50 MS", "P95 MS"));
    Table table = new Table(headings.toArray(String[]::new));
    for (JsonNode group : groups) {
      List<String> row = new ArrayList<>();
      key.forEach(field -> row.add(Json.text(group.path(field))));
      row.addAll(
          List.of(
              MoneyFormat.format(group.path("cost")),
              CountFormat.format(group.path("calls")),
              CountFormat.format(group.path("tokens")),
              CountFormat.format(group.path("cached_calls")),
              CountFormat.format(group.path("failed_calls")),
              MoneyFormat.format(group.path("cache_savings")),
              Json.text(group.path("latency_p50_ms")),
              Json.text(group.path("latency_p95_ms"))));
      table.row(row.toArray(String[]::new));
    }
    return table.toString();
  }

  static String calls(JsonNode calls) {
    Table table =
        new Table(
            "TIME",
            "ID",
            "TEAM",
            "USER",
            "ENDPOINT",
            "MODEL",
            "PROMPT",
            "TOKENS IN",
            "OUT",
            "COST",
            "CACHE",
            "MS",
            "ENDED");
    for (JsonNode call : calls.path("calls")) {
      table.row(
          Json.text(call.path("time")),
          Json.text(call.path("id")),
          Json.text(call.path("team")),
          Json.text(call.path("user_id")),
          Json.text(call.path("endpoint")),
          Json.text(call.path("model")),
          prompt(call),
          CountFormat.format(inputTokens(call).toBigInteger()),
          CountFormat.format(call.path("output_tokens").bigIntegerValue()),
          MoneyFormat.format(call.path("cost_usd")),
          cache(call),
          CountFormat.format(call.path("latency_ms")),
          Json.text(call.path(call.has("failure") ? "failure" : "finish_reason")));
    }
    return table.toString();
  }

  private static String prompt(JsonNode call) {
    return call.has("prompt")
        ? call.path("prompt").asText() + "@" + Json.text(call.path("prompt_version"))
        : "-";
  }

  private static String cache(JsonNode call) {
    String outcome = Json.text(call.path("cache"));
    return call.has("similarity") ? outcome + " " + Json.text(call.path("similarity")) : outcome;
  }

  private static BigDecimal inputTokens(JsonNode call) {
    BigDecimal sum = BigDecimal.ZERO;
    for (String tokens :
        List.of(
            "input_tokens",
            "cache_read_tokens",
            "cache_write_5m_tokens",
            "cache_write_1h_tokens")) {
      sum = sum.add(call.path(tokens).decimalValue());
    }
    return sum;
  }

  private static String formatPercent(JsonNode ratio) {
    return ratio.isNumber()
        ? ratio.decimalValue().movePointRight(2).setScale(1, RoundingMode.HALF_EVEN) + "%"
        : "-";
  }
}
