package dev.tollgate.cli.budgets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.MoneyFormat;
import dev.tollgate.cli.client.Table;

/** Renders budgets as text. */
public final class BudgetText {
  private BudgetText() {}

  public static String table(JsonNode budgets) {
    Table table =
        new Table(
            "BUDGET",
            "PERIOD",
            "SPENT",
            "SOFT",
            "HARD",
            "RESERVED",
            "UNCONFIRMED",
            "PER DAY",
            "EXHAUSTED",
            "RESETS");
    for (JsonNode budget : budgets) {
      table.row(
          name(budget),
          Json.text(budget.path("period")),
          MoneyFormat.format(budget.path("spent_usd")),
          MoneyFormat.format(budget.path("soft_usd")),
          MoneyFormat.format(budget.path("hard_usd")),
          MoneyFormat.format(budget.path("reserved_usd")),
          MoneyFormat.format(budget.path("unconfirmed_usd")),
          MoneyFormat.format(budget.path("burn_rate_usd_per_day")),
          Json.text(budget.path("exhausted_at")),
          Json.text(budget.path("resets_at")));
    }
    return table.toString();
  }

  static String details(JsonNode budget) {
    return """
    budget       %s, %s
    soft limit   %s
    hard limit   %s
    spent        %s since %s
    reserved     %s (calls in progress)
    unconfirmed  up to %s (calls that never reported back)
    burn rate    %s per day
    exhausted    %s
    resets       %s
    """
        .formatted(
            name(budget),
            Json.text(budget.path("period")),
            MoneyFormat.format(budget.path("soft_usd")),
            MoneyFormat.format(budget.path("hard_usd")),
            MoneyFormat.format(budget.path("spent_usd")),
            Json.text(budget.path("period_start")),
            MoneyFormat.format(budget.path("reserved_usd")),
            MoneyFormat.format(budget.path("unconfirmed_usd")),
            MoneyFormat.format(budget.path("burn_rate_usd_per_day")),
            Json.text(budget.path("exhausted_at")),
            Json.text(budget.path("resets_at")));
  }

  private static String name(JsonNode budget) {
    return budget.path("scope").asText() + "/" + budget.path("id").asText();
  }
}
