package dev.tollgate.endtoend.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.assertValue;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.heading;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.kpi;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.link;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.row;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.settle;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.local.LocalCloud;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The costs and calls pages in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CostsPageIT {
  private final DashboardBrowser browser;
  private final LocalCloud cloud;
  private final ApiClient finance;

  CostsPageIT() throws Exception {
    browser = DashboardBrowser.start("costs-page");
    cloud = browser.cloud();
    finance = browser.finance();
    DashboardData.create(browser);
  }

  @AfterEach
  void closePages() {
    browser.closePages();
  }

  @AfterAll
  void stop() {
    browser.close();
  }

  @Test
  void showsExactValuesOfTheApi() throws Exception {
    JsonNode report = finance.get("/admin/costs?days=30").body();
    Page page = browser.open("", cloud.keys().finance());

    assertValue(report.path("total_usd"), kpi(page, "Spend"));
    assertValue(report.path("cache_savings"), kpi(page, "Saved by cache"));
    for (String outcome : List.of("exact", "semantic")) {
      assertValue(
          report.at("/response_cache/%s_savings_usd".formatted(outcome)),
          page.locator(".kpi a[href*='cache=%s'] data".formatted(outcome)));
    }
    assertValue(report.path("total_calls"), kpi(page, "Calls"));
    assertValue(report.path("total_tokens"), kpi(page, "Tokens"));
    for (JsonNode row : report.path("by_model")) {
      assertValue(
          row.path("cost"),
          row(page, "#by-model", row.path("model").asText()).locator("data").first());
    }
    for (JsonNode row : report.path("by_team")) {
      assertValue(
          row.path("cost"),
          row(page, "#by-team", row.path("team").asText()).locator("data").first());
    }
    Download users =
        page.waitForDownload(() -> page.getByLabel("Download costs-by-user.csv").click());
    String table = Files.readString(users.path());
    assertTrue(table.contains("\n' =1+1,search,"), table);
    page.getByText("Show values").first().click();
    JsonNode today = report.path("by_day").get(report.path("by_day").size() - 1);
    assertValue(today.path("cost"), page.locator(".figures tbody tr").last().locator("a data"));
  }

  @Test
  void keepsPeriodAndFiltersInTheUrl() throws Exception {
    Page page = browser.open("", cloud.keys().finance());
    link(page, "7 days").click();
    page.getByLabel("Filter", new Page.GetByLabelOptions().setExact(true)).selectOption("search");
    assertThat(page.locator(".chip")).containsText("Team: search");
    JsonNode report = finance.get("/admin/costs?days=7&team=search").body();

    assertThat(kpi(page, "Spend").locator("data").or(kpi(page, "Spend")).first())
        .hasAttribute(
            "value", report.path("total_usd").decimalValue().stripTrailingZeros().toPlainString());
    assertTrue(page.url().contains("days=7"), page.url());
    assertTrue(page.url().contains("team=search"), page.url());
    assertFalse(page.url().contains("tg_"), page.url());

    Page other =
        browser.open(page.url().substring(page.url().indexOf('#')), cloud.keys().finance());
    assertThat(other.locator(".chip")).containsText("Team: search");
    assertValue(report.path("total_usd"), kpi(other, "Spend"));

    String today = report.path("to").asText();
    page.getByLabel("From", new Page.GetByLabelOptions().setExact(true)).fill(today);
    page.waitForURL(url -> url.contains("from=" + today));
    page.getByLabel("Remove the filter Team: search").click();
    assertThat(page.locator(".chip")).hasCount(0);
    assertValue(finance.get("/admin/costs?days=1").body().path("total_usd"), kpi(page, "Spend"));
  }

  @Test
  void linksACostToItsCalls() throws Exception {
    Page page = browser.open("", cloud.keys().finance());
    row(page, "#by-endpoint", "summaries").locator("td a").click();
    assertThat(heading(page, "Calls")).isVisible();
    JsonNode calls = finance.get("/admin/costs/calls?endpoint=summaries").body().path("calls");

    assertThat(page.locator("tbody tr")).hasCount(calls.size());
    assertTrue(calls.size() > 0, calls.toString());
    assertValue(
        calls.get(0).path("cost_usd"), page.locator("tbody tr").first().locator("data").nth(1));

    page.getByLabel("Outcome").selectOption("failed");
    assertThat(heading(page, "No matching calls")).isVisible();
    page.goBack();
    assertThat(page.locator("tbody tr")).hasCount(calls.size());
    Download download = page.waitForDownload(() -> page.getByLabel("Download calls.csv").click());
    List<String> lines = Files.readAllLines(download.path(), StandardCharsets.UTF_8);
    assertEquals(calls.size() + 1, lines.size());
    assertTrue(lines.getFirst().contains("cost_usd"), lines.getFirst());
    page.route("**/admin/costs/calls?**format=csv**", Route::abort);
    page.getByLabel("Download calls.csv").click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Tollgate did not respond");
  }

  @Test
  void recoversFromAPostgresOutage() throws Exception {
    Page page = browser.open("#/prompts", cloud.keys().admin());
    settle(page);
    cloud.engines().postgres().stop();
    try {
      link(page, "Costs").click();
      assertThat(page.getByRole(AriaRole.ALERT)).containsText("PostgreSQL");
      assertThat(heading(page, "Tollgate is unavailable")).isVisible();
    } finally {
      cloud.engines().postgres().restart();
    }
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Try again")).click();
    assertThat(kpi(page, "Spend")).isVisible();
  }

  @Test
  void showsAllValuesWithoutRedis() throws Exception {
    cloud.engines().redis().stop();
    try {
      assertThat(kpi(browser.open("", cloud.keys().finance()), "Spend")).isVisible();
    } finally {
      cloud.engines().redis().restart();
    }
  }
}
