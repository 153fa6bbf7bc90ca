package dev.tollgate.endtoend.costs;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.browser.Chromium;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The dashboard in a real browser, on what real calls left behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DashboardIT {
  private static final Path PICTURES = Path.of("target/dashboard");
  private static final String MARKUP = "<img src=x onerror=\"window.hurt=1\">";
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
  private static final String GROUNDED =
      "Use only the context.\n" + MARKUP + "\n\nContext: {{context}}";
  private static final Set<String> GRAVE = Set.of("serious", "critical");

  private final LocalCloud cloud;
  private final Chromium chromium;
  private final ApiClient admin;
  private final ApiClient finance;
  private final List<BrowserContext> contexts = new ArrayList<>();
  private final List<String> troubles = new ArrayList<>();
  private boolean filled;

  DashboardIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("page");
    chromium = Chromium.start();
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    finance = new ApiClient(cloud.url(), cloud.keys().finance());
  }

  @AfterEach
  void closePagesThatHadNoTrouble() {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    List<String> found = List.copyOf(troubles);
    troubles.clear();
    assertEquals(List.of(), found);
  }

  @AfterAll
  void stop() {
    chromium.close();
    cloud.close();
  }

  @Test
  @Order(1)
  void anEmptyInstallationSaysWhatToDoNext() {
    Page page = open("", cloud.keys().admin());

    assertThat(heading(page, "No calls are on record yet")).isVisible();
    assertThat(page.locator("pre")).containsText("/v1/messages");
    link(page, "Prompts").click();
    assertThat(heading(page, "No prompt is registered yet")).isVisible();
    assertThat(page.locator("pre")).containsText("prompts push");
  }

  @Test
  @Order(2)
  void figuresAreThoseOfTheApiToTheLastDigit() throws Exception {
    fill();
    JsonNode report = finance.get("/admin/costs?days=30").body();
    Page page = open("", cloud.keys().finance());

    assertFigure(report.path("total_usd"), kpi(page, "Spend"));
    assertFigure(report.path("cache_savings"), kpi(page, "Saved by the cache"));
    for (String outcome : List.of("exact", "semantic")) {
      assertFigure(
          report.at("/response_cache/%s_savings_usd".formatted(outcome)),
          page.locator(".kpi a[href*='cache=%s'] data".formatted(outcome)));
    }
    assertFigure(report.path("total_calls"), kpi(page, "Calls"));
    assertFigure(report.path("total_tokens"), kpi(page, "Tokens"));
    for (JsonNode row : report.path("by_model")) {
      assertFigure(
          row.path("cost"),
          row(page, "#by-model", row.path("model").asText()).locator("data").first());
    }
    for (JsonNode row : report.path("by_team")) {
      assertFigure(
          row.path("cost"),
          row(page, "#by-team", row.path("team").asText()).locator("data").first());
    }
    Download users =
        page.waitForDownload(() -> page.getByLabel("Download costs-by-user.csv").click());
    String table = Files.readString(users.path());
    assertTrue(table.contains("\n' =1+1,search,"), table);
    page.getByText("Show the figures").first().click();
    JsonNode today = report.path("by_day").get(report.path("by_day").size() - 1);
    assertFigure(today.path("cost"), page.locator(".figures tbody tr").last().locator("a data"));
  }

  @Test
  @Order(3)
  void periodAndFiltersStandInTheAddressWhichCanBeShared() throws Exception {
    fill();
    Page page = open("", cloud.keys().finance());
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

    Page other = open(page.url().substring(page.url().indexOf('#')), cloud.keys().finance());
    assertThat(other.locator(".chip")).containsText("Team: search");
    assertFigure(report.path("total_usd"), kpi(other, "Spend"));

    String today = report.path("to").asText();
    page.getByLabel("From", new Page.GetByLabelOptions().setExact(true)).fill(today);
    page.waitForURL(url -> url.contains("from=" + today));
    page.getByLabel("Remove the filter Team: search").click();
    assertThat(page.locator(".chip")).hasCount(0);
    assertFigure(finance.get("/admin/costs?days=1").body().path("total_usd"), kpi(page, "Spend"));
  }

  @Test
  @Order(4)
  void aFigureLeadsToTheCallsBehindIt() throws Exception {
    fill();
    Page page = open("", cloud.keys().finance());
    row(page, "#by-endpoint", "summaries").locator("td a").click();
    assertThat(heading(page, "Calls")).isVisible();
    JsonNode calls = finance.get("/admin/costs/calls?endpoint=summaries").body().path("calls");

    assertThat(page.locator("tbody tr")).hasCount(calls.size());
    assertTrue(calls.size() > 0, calls.toString());
    assertFigure(
        calls.get(0).path("cost_usd"), page.locator("tbody tr").first().locator("data").nth(1));

    page.getByLabel("Outcome").selectOption("failed");
    assertThat(heading(page, "No such calls")).isVisible();
    page.goBack();
    assertThat(page.locator("tbody tr")).hasCount(calls.size());
    Download download = page.waitForDownload(() -> page.getByLabel("Download calls.csv").click());
    List<String> lines = Files.readAllLines(download.path(), StandardCharsets.UTF_8);
    assertEquals(calls.size() + 1, lines.size());
    assertTrue(lines.getFirst().contains("cost_usd"), lines.getFirst());
    page.route("**/admin/costs/calls?**format=csv**", Route::abort);
    page.getByLabel("Download calls.csv").click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Tollgate did not answer");
  }

  @Test
  @Order(5)
  void aPromptShowsVersionsDifferencesAndItsLedger() throws Exception {
    fill();
    Page page = open("#/prompts", cloud.keys().admin());
    link(page, "rag").click();

    assertThat(page.locator("#ledger").locator("xpath=../..")).containsText("chain intact");
    assertThat(page.locator(".diff .added")).containsText("+Answer briefly.");
    assertThat(page.locator(".diff .gone")).containsText("-Answer at length.");
    assertThat(page.getByText("version 1 in production")).isVisible();
    assertThat(row(page, "#ledger", "5")).containsText("rollback");
    assertThat(row(page, "#ledger", "6")).containsText("semantic_off");
    Locator semantic = page.locator("#semantic").locator("xpath=../..");
    assertThat(semantic).containsText("switched off");
    assertThat(semantic).containsText("None was compared yet.");
    assertThat(semantic.locator("time")).isVisible();
    assertThat(semantic).containsText(MARKUP);
    List<Route> held = new ArrayList<>();
    page.route("**/diff?from=1&to=1", held::add);
    Locator to = page.getByLabel("to", new Page.GetByLabelOptions().setExact(true));
    page.waitForRequest("**/diff?from=1&to=1", () -> to.selectOption("1"));
    to.selectOption("2");
    page.waitForResponse("**/diff?from=1&to=1", held.getFirst()::resume).finished();
    page.evaluate("new Promise(done => setTimeout(done))");
    assertThat(page.locator(".diff .added")).containsText("+Answer briefly.");
    page.getByLabel("From").selectOption("2");
    assertThat(page.getByText("Both are the same.")).isVisible();
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
  @Order(6)
  void whatOthersWroteStaysText(String address) throws Exception {
    fill();
    Page page = open(address, cloud.keys().admin());
    settle(page);
    page.locator("summary").all().forEach(Locator::click);

    assertEquals(0, page.locator("main img").count());
    assertNull(page.evaluate("window.hurt"));
    if (!address.equals("#/prompts")) {
      assertTrue(page.locator("main").textContent().contains(MARKUP), address);
    }
  }

  @Test
  @Order(7)
  void aWrongKeyIsNamedAndForgotten() {
    Page page = open("", null);
    page.getByLabel("Your Tollgate key").fill("tg_" + "x".repeat(43));
    page.getByLabel("Your Tollgate key").press("Enter");

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("not known or no longer valid");
    assertNull(page.evaluate("sessionStorage.getItem('tollgate.key')"));
  }

  @Test
  @Order(8)
  void theKeyEndsWithSigningOutAndIsNowhereElse() throws Exception {
    fill();
    Page page = open("", null);
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
  @Order(9)
  void aKeyWithoutTheRoleIsToldSo() {
    Page page = open("", cloud.keys().invoke());

    assertThat(page.getByRole(AriaRole.ALERT)).containsText("it needs the role admin or finance");
  }

  @Test
  @Order(10)
  void withoutPostgresItSaysSoAndComesBack() throws Exception {
    fill();
    Page page = open("#/prompts", cloud.keys().admin());
    settle(page);
    cloud.engines().postgres().stop();
    try {
      link(page, "Costs").click();
      assertThat(page.getByRole(AriaRole.ALERT)).containsText("PostgreSQL");
      assertThat(heading(page, "Not available at the moment")).isVisible();
    } finally {
      cloud.engines().postgres().restart();
    }
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Try again")).click();
    assertThat(kpi(page, "Spend")).isVisible();
  }

  @Test
  @Order(11)
  void withoutRedisNothingIsMissing() throws Exception {
    fill();
    cloud.engines().redis().stop();
    try {
      assertThat(kpi(open("", cloud.keys().finance()), "Spend")).isVisible();
    } finally {
      cloud.engines().redis().restart();
    }
  }

  @Test
  @Order(12)
  void itWorksBehindAStagesPath() throws Exception {
    fill();
    Page page = newPage(1280, 900, ColorScheme.LIGHT, cloud.keys().finance());
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
  @Order(13)
  void thePageRunsNothingOfOthersAndIsAskedForOnce() {
    BrowserContext context = context(1280, 900, ColorScheme.LIGHT, null);
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
    APIResponse again =
        context
            .request()
            .get(
                cloud.url() + "/dashboard",
                RequestOptions.create().setHeader("if-none-match", "W/" + tag));
    assertEquals(304, again.status());
    assertEquals(404, context.request().get(cloud.url() + "/dashboard/x/secret.js").status());
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
  @Order(14)
  void axeFindsNothingSerious(String name, String address, ColorScheme scheme) throws Exception {
    fill();
    for (int width : List.of(1280, 390)) {
      Page page = newPage(width, 900, scheme, address == null ? null : cloud.keys().admin());
      page.navigate(cloud.url() + "/dashboard" + (address == null ? "" : address));
      settle(page);
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(
                  PICTURES.resolve(
                      "%s-%d-%s.png".formatted(name, width, scheme).toLowerCase(Locale.ROOT))));

      assertEquals(List.of(), serious(page));
      assertEquals(
          true,
          page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
          "the page scrolls sideways at " + width);
    }
  }

  private static List<String> serious(Page page) {
    return new AxeBuilder(page)
        .analyze().getViolations().stream()
            .filter(rule -> GRAVE.contains(rule.getImpact()))
            .map(DashboardIT::text)
            .toList();
  }

  private static String text(Rule rule) {
    return rule.getId() + ": " + rule.getNodes().getFirst().getHtml();
  }

  @Test
  @Order(15)
  void theKeyboardReachesTheFiguresFirst() throws Exception {
    fill();
    Page page = open("", cloud.keys().finance());
    settle(page);
    page.keyboard().press("Tab");
    assertThat(page.getByText("Skip to the figures")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("main")).isFocused();
    page.locator("#split").focus();
    page.keyboard().press("ArrowDown");
    page.waitForURL(url -> url.contains("split=endpoint"));
    assertThat(page.locator("#split")).isFocused();
    page.getByLabel("Switch between dark and light").press("Enter");
    assertEquals("dark", page.evaluate("document.documentElement.dataset.theme"));
  }

  @Test
  @Order(16)
  void aRunLeadsToTheCasesThatFailed() throws Exception {
    fill();
    assertEquals(200, admin.send("PUT", "/admin/prompts/rag/suite", SUITE).status());
    JsonNode started = admin.post("/admin/prompts/rag/versions/1/runs", "").body();
    String run = "/admin/prompts/rag/runs/" + started.path("run_id").asText();
    JsonNode found =
        Eventually.get(
            () -> admin.get(run).body(), body -> body.path("state").asText().equals("finished"));
    Page page = open("#/prompts", cloud.keys().admin());
    assertThat(row(page, "#all-prompts", "rag")).containsText("failed");
    link(page, "rag").click();
    link(page, "See the cases").click();

    assertThat(heading(page, "1 failing attempt")).isVisible();
    Locator failing = page.locator(".case");
    assertThat(failing).containsText("<b onclick=\"window.hurt=1\">Bytes</b>");
    assertThat(failing.locator(".answer"))
        .hasText(found.path("attempts").get(0).path("answer").asText());
    assertThat(failing.locator("tr", new Locator.LocatorOptions().setHasText("contains")).first())
        .containsText("1024");
    assertThat(failing).containsText("supported");
    assertThat(failing).containsText("A sector holds 512 bytes");
    assertEquals(List.of(), serious(page));
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(PICTURES.resolve("run.png")));

    Page denied = open("#/prompts/rag", cloud.keys().finance());
    assertThat(denied.locator("section:has(#runs)")).containsText("needs the role");
  }

  /** Opens the page at an address behind the #, with a key that was entered before, if any. */
  private Page open(String address, @Nullable String key) {
    Page page = newPage(1280, 900, ColorScheme.LIGHT, key);
    page.navigate(cloud.url() + "/dashboard" + address);
    return page;
  }

  private Page newPage(int width, int height, ColorScheme scheme, @Nullable String key) {
    Page page = context(width, height, scheme, key).newPage();
    page.onPageError(troubles::add);
    page.onConsoleMessage(
        message -> {
          // What the API refused is in the page; what the page's policy refused is only here.
          if (message.type().equals("error") && !message.text().startsWith("Failed to load")) {
            troubles.add(message.text());
          }
        });
    return page;
  }

  private BrowserContext context(int width, int height, ColorScheme scheme, @Nullable String key) {
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

  private static void settle(Page page) {
    assertThat(page.locator("main:not([aria-busy]) h1").first()).isVisible();
  }

  private static Locator heading(Page page, String name) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator link(Page page, String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Locator kpi(Page page, String title) {
    return page.locator(".kpi:has(dt:text-is('%s')) .kpi-value data".formatted(title));
  }

  /** The row of a card's table whose first cell has a text. */
  private static Locator row(Page page, String card, String first) {
    return page.locator("section:has(%s) tbody tr".formatted(card))
        .filter(
            new Locator.FilterOptions()
                .setHas(page.locator("th", new Page.LocatorOptions().setHasText(first))));
  }

  private static void assertFigure(JsonNode expected, Locator shown) {
    BigDecimal number = expected.decimalValue().stripTrailingZeros();
    assertThat(shown).hasAttribute("value", number.signum() == 0 ? "0" : number.toPlainString());
  }

  /** Two versions of a prompt, and calls of two teams, some of them reused. Made once. */
  private void fill() throws Exception {
    if (filled) {
      return;
    }
    filled = true;
    Files.createDirectories(PICTURES);
    register("Answer at length.\n" + GROUNDED, "First " + MARKUP);
    activate(1);
    register("Answer briefly.\n" + GROUNDED, "Second");
    activate(2);
    admin.post(
        "/admin/prompts/rag/rollback",
        ApiClient.JSON.createObjectNode().put("reason", MARKUP).toString());
    admin.post(
        "/admin/prompts/rag/semantic",
        ApiClient.JSON.createObjectNode().put("enabled", false).put("reason", MARKUP).toString());
    int calls = 0;
    for (String team : List.of("search", "support")) {
      ApiClient caller = new ApiClient(cloud.url(), Keys.create(cloud.lambda(), team, "invoke"));
      for (int n = 0; n < 4; n++) {
        ObjectNode body =
            ApiClient.JSON
                .createObjectNode()
                .put("input", "How many bytes does sector " + n / 2 + " hold?")
                .put("user", n < 2 ? "alice" : n == 2 ? " =1+1" : MARKUP)
                .put("endpoint", "summaries");
        body.putObject("variables").put("context", "A sector holds 512 bytes.");
        assertEquals(200, caller.post("/v1/prompts/rag/invoke", body.toString()).status());
        calls++;
      }
    }
    recordACallThatNoFunctionWouldHaveLetIn();
    int made = calls + 1;
    JsonNode report =
        Eventually.get(
            () -> finance.get("/admin/costs?days=30").body(),
            body -> body.path("total_calls").asInt() == made);
    assertEquals(made, report.path("total_calls").asInt());
  }

  /** Team and endpoint are checked on their way in. What is shown must not rest on that. */
  private void recordACallThatNoFunctionWouldHaveLetIn() {
    String id = CallId.next(Clock.systemUTC()).value();
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("PK", AttributeValue.fromS(LocalDate.now(ZoneOffset.UTC) + "#0"));
    item.put("SK", AttributeValue.fromS(id));
    item.put("final", AttributeValue.fromBool(true));
    for (String name : List.of("id", "call_id")) {
      item.put(name, AttributeValue.fromS(id));
    }
    for (String name : List.of("team", "user_id", "endpoint", "model", "requested_model")) {
      item.put(name, AttributeValue.fromS(MARKUP));
    }
    Map.of(
            "time", Instant.now().toString(),
            "key_id", "key_01m84y01nqkhqq35sa8x4j6a30",
            "provider", "anthropic",
            "price_id", "fallback",
            "price_status", "estimated",
            "cache", "none",
            "status", "ok",
            "purpose", "live")
        .forEach((name, value) -> item.put(name, AttributeValue.fromS(value)));
    for (String name :
        List.of(
            "input_tokens",
            "cache_read_tokens",
            "cache_write_5m_tokens",
            "cache_write_1h_tokens",
            "output_tokens",
            "reasoning_tokens",
            "avoided_cost_usd",
            "prompt_cache_read_savings_usd",
            "prompt_cache_write_premium_usd",
            "latency_ms")) {
      item.put(name, AttributeValue.fromN("0"));
    }
    item.put("cost_usd", AttributeValue.fromN("0.000000000123456789"));
    cloud.dynamoDb().putItem(put -> put.tableName("tollgate-CallsTable").item(item));
  }

  private void register(String content, String notes) throws IOException, InterruptedException {
    ObjectNode body =
        ApiClient.JSON
            .createObjectNode()
            .put("content", content)
            .put("model", "claude-haiku-4-5")
            .put("temperature", 0)
            .put("author", MARKUP)
            .put("notes", notes);
    assertEquals(201, admin.post("/admin/prompts/rag/versions", body.toString()).status());
  }

  private void activate(int version) throws IOException, InterruptedException {
    ObjectNode body =
        ApiClient.JSON
            .createObjectNode()
            .put("version", version)
            .put("force", true)
            .put("reason", "Tried by hand");
    assertEquals(200, admin.post("/admin/prompts/rag/activate", body.toString()).status());
  }
}
