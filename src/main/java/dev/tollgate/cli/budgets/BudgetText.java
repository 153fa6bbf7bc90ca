package dev.tollgate.cli.budgets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Table;

/** Budgets as a person reads them. */
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
            "USD/DAY",
            "EXHAUSTED",
            "RESETS");
    for (JsonNode budget : budgets) {
      table.row(
          name(budget),
          Json.text(budget.path("period")),
          Json.text(budget.path("spent_usd")),
          Json.text(budget.path("soft_usd")),
          Json.text(budget.path("hard_usd")),
          Json.text(budget.path("reserved_usd")),
          Json.text(budget.path("unconfirmed_usd")),
          Json.text(budget.path("burn_rate_usd_per_day")),
          Json.text(budget.path("exhausted_at")),
          Json.text(budget.path("resets_at")));
    }
    return table.toString();
  }

  static String details(JsonNode budget) {
    return """
    budget       %s, %s
    soft limit   %s USD
    hard limit   %s USD
    spent        %s USD since %s
    reserved     %s USD by calls under way
    unconfirmed  %s USD at most, by calls that were never heard of again
    burn rate    %s USD a day
    exhausted    %s
    resets       %s
    """
        .formatted(
            name(budget),
            Json.text(budget.path("period")),
            Json.text(budget.path("soft_usd")),
            Json.text(budget.path("hard_usd")),
            Json.text(budget.path("spent_usd")),
            Json.text(budget.path("period_start")),
            Json.text(budget.path("reserved_usd")),
            Json.text(budget.path("unconfirmed_usd")),
            Json.text(budget.path("burn_rate_usd_per_day")),
            Json.text(budget.path("exhausted_at")),
            Json.text(budget.path("resets_at")));
  }

  private static String name(JsonNode budget) {
    return budget.path("scope").asText() + "/" + budget.path("id").asText();
  }
}
