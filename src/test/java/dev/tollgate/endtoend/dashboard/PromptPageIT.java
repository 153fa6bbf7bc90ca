package dev.tollgate.endtoend.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.SCREENSHOTS;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.heading;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.link;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.row;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.seriousViolations;
import static dev.tollgate.endtoend.dashboard.DashboardData.MARKUP;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.local.LocalCloud;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The pages of prompts and test runs in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PromptPageIT {
  private static final String SUITE =
      """
      tests:
        - description: <b onclick="window.hurt=1">Bytes</b>
          vars:
            context: A sector holds 512 bytes.
            query: How many bytes does a sector hold?
          assert:
            - type: contains
              value: "1024"
            - type: context-faithfulness
              threshold: 0.85
      """;

  private final DashboardBrowser browser;
  private final LocalCloud cloud;
  private final ApiClient admin;

  PromptPageIT() throws Exception {
    browser = DashboardBrowser.start("prompt-page");
    cloud = browser.cloud();
    admin = browser.admin();
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
  void showsVersionsDifferencesAndTheActivityLog() throws Exception {
    Page page = browser.open("#/prompts", cloud.keys().admin());
    link(page, "rag").click();

    assertThat(page.locator("#activity").locator("xpath=../..")).containsText("hash chain intact");
    assertThat(page.locator(".diff .added")).containsText("+Answer briefly.");
    assertThat(page.locator(".diff .gone")).containsText("-Answer at length.");
    assertThat(page.getByText("version 1 active")).isVisible();
    assertThat(row(page, "#activity", "5")).containsText("rollback");
    assertThat(row(page, "#activity", "6")).containsText("semantic_off");
    Locator semantic = page.locator("#semantic").locator("xpath=../..");
    assertThat(semantic).containsText("disabled");
    assertThat(semantic).containsText("No hits were compared yet.");
    assertThat(semantic.locator("time")).isVisible();
    assertThat(semantic).containsText(MARKUP);
    List<Route> delayed = new ArrayList<>();
    page.route("**/diff?from=1&to=1", delayed::add);
    Locator to = page.getByLabel("to", new Page.GetByLabelOptions().setExact(true));
    page.waitForRequest("**/diff?from=1&to=1", () -> to.selectOption("1"));
    to.selectOption("2");
    page.waitForResponse("**/diff?from=1&to=1", delayed.getFirst()::resume).finished();
    page.evaluate("new Promise(done => setTimeout(done))");
    assertThat(page.locator(".diff .added")).containsText("+Answer briefly.");
    page.getByLabel("From").selectOption("2");
    assertThat(page.getByText("The versions are equal.")).isVisible();
  }

  @Test
  void showsFailedCasesOfARun() throws Exception {
    assertEquals(200, admin.send("PUT", "/admin/prompts/rag/suite", SUITE).status());
    JsonNode started = admin.post("/admin/prompts/rag/versions/1/runs", "").body();
    String run = "/admin/prompts/rag/runs/" + started.path("run_id").asText();
    JsonNode finished =
        Eventually.get(
            () -> admin.get(run).body(), body -> body.path("state").asText().equals("finished"));
    Page page = browser.open("#/prompts", cloud.keys().admin());
    assertThat(row(page, "#all-prompts", "rag")).containsText("failed");
    link(page, "rag").click();
    link(page, "View cases").click();

    assertThat(heading(page, "1 failing attempt")).isVisible();
    Locator failing = page.locator(".case");
    assertThat(failing).containsText("<b onclick=\"window.hurt=1\">Bytes</b>");
    assertThat(failing.locator(".answer"))
        .hasText(finished.path("attempts").get(0).path("answer").asText());
    assertThat(failing.locator("tr", new Locator.LocatorOptions().setHasText("contains")).first())
        .containsText("1024");
    assertThat(failing).containsText("supported");
    assertThat(failing).containsText("A sector holds 512 bytes");
    assertEquals(List.of(), seriousViolations(page));
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve("run.png")));

    Page denied = browser.open("#/prompts/rag", cloud.keys().finance());
    assertThat(denied.locator("section:has(#runs)")).containsText("requires the role");
  }
}
