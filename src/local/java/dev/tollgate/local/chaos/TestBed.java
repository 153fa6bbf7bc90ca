package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import dev.tollgate.local.chaos.ApiClient.ApiResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A local cloud in use by three teams, which everything happens to: one whose budget never runs
 * out, one without a budget, and one whose budget is refilled and runs out each time.
 */
final class TestBed implements AutoCloseable {
  static final String PROMPT = "/admin/prompts/desk";

  private static final String RICH_TEAM = "amber";
  private static final String UNLIMITED_TEAM = "birch";
  private static final String POOR_TEAM = "cedar";

  /** Far above what is spent, since reservations of killed calls count until they expire. */
  private static final BigDecimal LARGE_LIMIT = new BigDecimal("1000");

  /** Pays for some tens of short answers, three of which may be asked for at once. */
  private static final BigDecimal REFILL_AMOUNT = new BigDecimal("0.01");

  /** A limit has nine decimals at most, and what is spent may have more. */
  private static final int DECIMALS = 6;

  private final Path data;
  private final FaultyConnections connections;
  private final LocalCloud cloud;
  private final ApiClient api;
  private final List<Team> teams;

  private TestBed(Path data, FaultyConnections connections, LocalCloud cloud)
      throws IOException, InterruptedException {
    this.data = data;
    this.connections = connections;
    this.cloud = cloud;
    this.api = new ApiClient(cloud.url());
    this.teams =
        List.of(
            team(RICH_TEAM, "ambervale"),
            team(UNLIMITED_TEAM, "birchwood"),
            team(POOR_TEAM, "cedarholm"));
  }

  static TestBed start(Random random) throws Exception {
    Path clone = Path.of("").toAbsolutePath();
    Path data =
        Files.createTempDirectory(
            Files.createDirectories(clone.resolve("target/chaos")), "local-cloud");
    FaultyConnections connections = new FaultyConnections(random);
    LocalCloud cloud;
    try {
      // Reservations of killed calls expire soon after their deadlines, so that a run can wait for
      // it.
      Map<String, String> settings = Map.of("PORT", "0", "TOLLGATE_BUDGETS_GRACE", "3s");
      cloud = LocalCloud.start(LocalSettings.of(clone, data, settings), connections);
    } catch (IOException | InterruptedException | RuntimeException e) {
      connections.close();
      throw e;
    }
    TestBed testBed = new TestBed(data, connections, cloud);
    testBed.prepare();
    return testBed;
  }

  private Team team(String name, String secret) throws IOException, InterruptedException {
    return new Team(name, Keys.create(cloud.lambda(), name, "invoke"), name + "-user", secret);
  }

  /** Three versions of a prompt, whose answers differ only in what was asked, and two budgets. */
  private void prepare() throws IOException, InterruptedException {
    for (int version = 1; version <= 3; version++) {
      requireSuccess(register("Version " + version + " of the desk."));
    }
    requireSuccess(forceActivate(PROMPT, 1));
    requireSuccess(register(PromptAuthor.PROMPT, PromptAuthor.version(PromptAuthor.GOOD, 1)));
    requireSuccess(api.put(PromptAuthor.PROMPT + "/suite", admin(), PromptAuthor.suite()));
    requireSuccess(forceActivate(PromptAuthor.PROMPT, 1));
    setHardLimit(RICH_TEAM, LARGE_LIMIT);
    setHardLimit(POOR_TEAM, REFILL_AMOUNT);
  }

  /** Lets the team whose budget runs out spend a little more. */
  void refill() throws IOException, InterruptedException {
    BigDecimal spent =
        budgets().stream()
            .filter(account -> account.team().equals(POOR_TEAM))
            .map(BudgetView::spent)
            .findFirst()
            .orElseThrow();
    setHardLimit(POOR_TEAM, spent.add(REFILL_AMOUNT).setScale(DECIMALS, RoundingMode.UP));
  }

  private void setHardLimit(String team, BigDecimal usd) throws IOException, InterruptedException {
    ObjectNode terms =
        ApiClient.JSON.createObjectNode().put("period", "monthly").put("hard_usd", usd);
    requireSuccess(api.put("/admin/budgets/team/" + team, admin(), terms));
  }

  private static void requireSuccess(ApiResponse answer) throws IOException {
    if (!answer.isSuccess()) {
      throw new IOException("not prepared: " + answer.text());
    }
  }

  /** Returns the budgets, or nothing if the report fails. */
  List<BudgetView> budgets() throws IOException, InterruptedException {
    return BudgetView.parseAll(getAsAdmin("/admin/budgets").json());
  }

  /** Registers a version of {@link #PROMPT}. */
  ApiResponse register(String words) throws IOException, InterruptedException {
    return register(
        PROMPT,
        ApiClient.JSON
            .createObjectNode()
            .put("content", words + " Use only the context.\n\nContext: {{context}}")
            .put("model", "claude-haiku-4-5")
            .put("temperature", 0));
  }

  ApiResponse register(String prompt, ObjectNode version) throws IOException, InterruptedException {
    return api.post(prompt + "/versions", admin(), version, ApiClient.TIMEOUT);
  }

  /** Moves the pointer of a prompt, by {@code activate} or {@code rollback}. */
  ApiResponse changeActiveVersion(String prompt, String how, ObjectNode where)
      throws IOException, InterruptedException {
    return api.post(prompt + "/" + how, admin(), where.put("reason", "chaos"), ApiClient.TIMEOUT);
  }

  /** Activates a version whatever its test results. */
  ApiResponse forceActivate(String prompt, int version) throws IOException, InterruptedException {
    return changeActiveVersion(
        prompt,
        "activate",
        ApiClient.JSON.createObjectNode().put("version", version).put("force", true));
  }

  /** Has a version of the author's prompt tested. */
  ApiResponse startTestRun(int version) throws IOException, InterruptedException {
    return api.post(
        "%s/versions/%d/runs".formatted(PromptAuthor.PROMPT, version),
        admin(),
        ApiClient.JSON.createObjectNode(),
        ApiClient.TIMEOUT);
  }

  /** A run of tests with its attempts. */
  JsonNode getTestRun(String id) throws IOException, InterruptedException {
    return getAsAdmin("%s/runs/%s?limit=200".formatted(PromptAuthor.PROMPT, id)).json();
  }

  /** Whether a version of the author's prompt should pass. */
  boolean isGood(int version) throws IOException, InterruptedException {
    JsonNode there = getAsAdmin("%s/versions/%d".formatted(PromptAuthor.PROMPT, version)).json();
    return there.path("notes").asText().equals(PromptAuthor.GOOD);
  }

  boolean isRunning(String run) throws IOException, InterruptedException {
    return !getTestRun(run).path("state").asText().equals("finished");
  }

  /**
   * Has the events tried again that Lambda gave up, as an operator does with those in the queue.
   *
   * @return how many
   */
  int redrive() throws IOException {
    Path folder = data.resolve("on-failure");
    int events = 0;
    if (Files.exists(folder)) {
      try (var files = Files.newDirectoryStream(folder, "*.json")) {
        for (Path file : files) {
          byte[] event =
              ApiClient.JSON.writeValueAsBytes(
                  ApiClient.JSON.readTree(file.toFile()).path("requestPayload"));
          Files.delete(file);
          String unused = cloud.lambda().invokeAsynchronously("nightlyRegression", event);
          events++;
        }
      }
    }
    return events;
  }

  ApiResponse report() throws IOException, InterruptedException {
    // Two days, for it may become midnight meanwhile.
    return api.get("/admin/costs?days=2", cloud.keys().finance());
  }

  ApiResponse getAsAdmin(String path) throws IOException, InterruptedException {
    return api.get(path, admin());
  }

  String admin() {
    return cloud.keys().admin();
  }

  Path data() {
    return data;
  }

  LocalCloud cloud() {
    return cloud;
  }

  FaultyConnections connections() {
    return connections;
  }

  ApiClient api() {
    return api;
  }

  List<Team> teams() {
    return teams;
  }

  @Override
  public void close() throws Exception {
    api.close();
    cloud.close();
    connections.close();
  }
}
