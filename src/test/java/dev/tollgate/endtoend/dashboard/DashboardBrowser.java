package dev.tollgate.endtoend.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.browser.Chromium;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A local cloud and a browser that shows its dashboard. Errors in pages fail the test. */
final class DashboardBrowser implements AutoCloseable {
  static final Path SCREENSHOTS = Path.of("target/dashboard");

  private static final Set<String> SERIOUS = Set.of("serious", "critical");

  private final LocalCloud cloud;
  private final Chromium chromium;
  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  private DashboardBrowser(LocalCloud cloud, Chromium chromium) {
    this.cloud = cloud;
    this.chromium = chromium;
  }

  static DashboardBrowser start(String cloudName) throws IOException, InterruptedException {
    Files.createDirectories(SCREENSHOTS);
    return new DashboardBrowser(TestClouds.start(cloudName), Chromium.start());
  }

  LocalCloud cloud() {
    return cloud;
  }

  ApiClient admin() {
    return new ApiClient(cloud.url(), cloud.keys().admin());
  }

  ApiClient finance() {
    return new ApiClient(cloud.url(), cloud.keys().finance());
  }

  /** Closes all pages and checks that none of them had an error. */
  void closePages() {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    List<String> found = List.copyOf(errors);
    errors.clear();
    assertEquals(List.of(), found);
  }

  @Override
  public void close() {
    chromium.close();
    cloud.close();
  }

  /** Opens the page of a URL fragment, signed in with the key if there is one. */
  Page open(String fragment, @Nullable String key) {
    Page page = newPage(1280, 900, ColorScheme.LIGHT, key);
    page.navigate(cloud.url() + "/dashboard" + fragment);
    return page;
  }

  Page newPage(int width, int height, ColorScheme scheme, @Nullable String key) {
    Page page = context(width, height, scheme, key).newPage();
    page.onPageError(errors::add);
    page.onConsoleMessage(
        message -> {
          // The page shows errors of the API. Only the console shows violations of its policy.
          if (message.type().equals("error") && !message.text().startsWith("Failed to load")) {
            errors.add(message.text());
          }
        });
    return page;
  }

  BrowserContext context(int width, int height, ColorScheme scheme, @Nullable String key) {
    BrowserContext context =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, height)
                    .setColorScheme(scheme)
                    .setLocale("en-US"));
    contexts.add(context);
    if (key != null) {
      context.addInitScript("sessionStorage.setItem('tollgate.key', '%s')".formatted(key));
    }
    return context;
  }

  static void settle(Page page) {
    assertThat(page.locator("main:not([aria-busy]) h1").first()).isVisible();
  }

  static Locator heading(Page page, String name) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  static Locator kpi(Page page, String title) {
    return page.locator(".kpi:has(dt:text-is('%s')) .kpi-value data".formatted(title));
  }

  /** The row of a card's table whose first cell contains a text. */
  static Locator row(Page page, String card, String first) {
    return page.locator("section:has(%s) tbody tr".formatted(card))
        .filter(
            new Locator.FilterOptions()
                .setHas(page.locator("th", new Page.LocatorOptions().setHasText(first))));
  }

  static void assertValue(JsonNode expected, Locator shown) {
    BigDecimal number = expected.decimalValue().stripTrailingZeros();
    assertThat(shown).hasAttribute("value", number.signum() == 0 ? "0" : number.toPlainString());
  }

  static List<String> seriousViolations(Page page) {
    return new AxeBuilder(page)
        .analyze().getViolations().stream()
            .filter(rule -> SERIOUS.contains(rule.getImpact()))
            .map(DashboardBrowser::text)
            .toList();
  }

  private static String text(Rule rule) {
    return rule.getId() + ": " + rule.getNodes().getFirst().getHtml();
  }
}
