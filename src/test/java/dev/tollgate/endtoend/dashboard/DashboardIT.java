package dev.tollgate.endtoend.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.SCREENSHOTS;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.heading;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.kpi;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.link;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.seriousViolations;
import static dev.tollgate.endtoend.dashboard.DashboardBrowser.settle;
import static dev.tollgate.endtoend.dashboard.DashboardData.MARKUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import dev.tollgate.local.LocalCloud;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All pages of the dashboard in a real browser: keys, files, stored markup and accessibility. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DashboardIT {
  private final DashboardBrowser browser;
  private final LocalCloud cloud;

  DashboardIT() throws Exception {
    browser = DashboardBrowser.start("dashboard");
    cloud = browser.cloud();
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
  @Order(1)
  void explainsTheFirstStepsIfThereIsNoData() {
    Page page = browser.open("", cloud.keys().admin());

    assertThat(heading(page, "No calls yet")).isVisible();
    assertThat(page.locator("pre")).containsText("/v1/messages");
    link(page, "Prompts").click();
    assertThat(heading(page, "No prompts yet")).isVisible();
    assertThat(page.locator("pre")).containsText("prompts push");
  }

  @Test
  void rejectsAnInvalidKey() {
    Page page = browser.open("", null);
    page.getByLabel("Your Tollgate key").fill("tg_" + "x".repeat(43));
    page.getByLabel("Your Tollgate key").press("Enter");

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("key");
    assertNull(page.evaluate("sessionStorage.getItem('tollgate.key')"));
  }

  @Test
  void deletesTheKeyOnSignOut() throws Exception {
    Page page = browser.open("", null);
    page.getByLabel("Your Tollgate key").fill(cloud.keys().finance());
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Open the dashboard"))
        .click();
    assertThat(heading(page, "Costs")).isVisible();
    settle(page);

    assertFalse(page.url().contains(cloud.keys().finance()));
    assertFalse(
        page.evaluate("JSON.stringify(localStorage) + document.cookie").toString().contains("tg_"));
    page.getByText("Sign out").click();
    assertThat(page.getByLabel("Your Tollgate key")).isVisible();
    assertNull(page.evaluate("sessionStorage.getItem('tollgate.key')"));
  }

  @Test
  void reportsAMissingRole() {
    Page page = browser.open("", cloud.keys().invoke());

    assertThat(heading(page, "No access")).isVisible();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("finance");
  }

  @Test
  void worksWithAStagePath() throws Exception {
    DashboardData.createOnce(browser);
    Page page = browser.newPage(1280, 900, ColorScheme.LIGHT, cloud.keys().finance());
    page.route(
        "**/live/**",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setResponse(
                        route.fetch(
                            new Route.FetchOptions()
                                .setUrl(route.request().url().replace("/live/", "/"))))));
    page.navigate(cloud.url() + "/live/dashboard");

    assertThat(kpi(page, "Spend")).isVisible();
  }

  @Test
  void restrictsContentAndCachesFiles() {
    BrowserContext context = browser.context(1280, 900, ColorScheme.LIGHT, null);
    Page page = context.newPage();
    List<Response> files = new ArrayList<>();
    page.onResponse(files::add);
    page.navigate(cloud.url() + "/dashboard");
    assertThat(page.getByLabel("Your Tollgate key")).isVisible();

    assertEquals(3, files.size(), files.toString());
    Response document = files.getFirst();
    assertTrue(
        document
            .headerValue("content-security-policy")
            .startsWith("default-src 'none'; script-src 'self'"));
    assertEquals("nosniff", document.headerValue("x-content-type-options"));
    assertEquals("no-referrer", document.headerValue("referrer-policy"));
    assertEquals("no-cache", document.headerValue("cache-control"));
    files.stream()
        .skip(1)
        .forEach(file -> assertTrue(file.headerValue("cache-control").endsWith("immutable")));
    String tag = document.headerValue("etag");
    APIResponse revalidated =
        context
            .request()
            .get(
                cloud.url() + "/dashboard",
                RequestOptions.create().setHeader("if-none-match", "W/" + tag));
    assertEquals(304, revalidated.status());
    assertEquals(404, context.request().get(cloud.url() + "/dashboard/x/secret.js").status());
  }

  @ParameterizedTest
  @CsvSource({
    "#/costs",
    "#/calls",
    "#/prompts",
    "#/prompts/rag",
    "#/costs?split=user",
    "#/costs?split=endpoint"
  })
  void showsStoredMarkupAsText(String fragment) throws Exception {
    DashboardData.createOnce(browser);
    Page page = browser.open(fragment, cloud.keys().admin());
    settle(page);
    page.locator("summary").all().forEach(Locator::click);

    assertEquals(0, page.locator("main img").count());
    assertNull(page.evaluate("window.hurt"));
    if (!fragment.equals("#/prompts")) {
      assertTrue(page.locator("main").textContent().contains(MARKUP), fragment);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "costs,#/costs,LIGHT",
    "costs,#/costs,DARK",
    "calls,#/calls,LIGHT",
    "calls,#/calls,DARK",
    "prompts,#/prompts,LIGHT",
    "prompt,#/prompts/rag,LIGHT",
    "prompt,#/prompts/rag,DARK",
    "sign-in,,LIGHT",
    "sign-in,,DARK"
  })
  void hasNoSeriousAccessibilityViolations(
      String name, @Nullable String fragment, ColorScheme scheme) throws Exception {
    DashboardData.createOnce(browser);
    for (int width : List.of(1280, 390)) {
      Page page =
          browser.newPage(width, 900, scheme, fragment == null ? null : cloud.keys().admin());
      page.navigate(cloud.url() + "/dashboard" + (fragment == null ? "" : fragment));
      settle(page);
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(
                  SCREENSHOTS.resolve(
                      "%s-%d-%s.png".formatted(name, width, scheme).toLowerCase(Locale.ROOT))));

      assertEquals(List.of(), seriousViolations(page));
      assertEquals(
          true,
          page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
          "The page scrolls horizontally at width " + width);
    }
  }

  @Test
  void supportsTheKeyboard() throws Exception {
    DashboardData.createOnce(browser);
    Page page = browser.open("", cloud.keys().finance());
    settle(page);
    page.keyboard().press("Tab");
    assertThat(page.getByText("Skip to main content")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("main")).isFocused();
    page.locator("#split").focus();
    page.keyboard().press("ArrowDown");
    page.waitForURL(url -> url.contains("split=endpoint"));
    assertThat(page.locator("#split")).isFocused();
    page.getByLabel("Switch between dark and light").press("Enter");
    assertEquals("dark", page.evaluate("document.documentElement.dataset.theme"));
  }
}
