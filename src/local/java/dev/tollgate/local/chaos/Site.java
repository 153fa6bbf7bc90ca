package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import dev.tollgate.local.chaos.Api.Answer;
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
final class Site implements AutoCloseable {
  static final String PROMPT = "/admin/prompts/desk";

  private static final String RICH = "amber";
  private static final String FREE = "birch";
  private static final String POOR = "cedar";

  /** Much more than is spent, for what killed calls hold counts until it lapses. */
  private static final BigDecimal PLENTY = new BigDecimal("1000");

  /** Pays for some tens of short answers, three of which may be asked for at once. */
  private static final BigDecimal LITTLE = new BigDecimal("0.01");

  /** A limit has nine decimals at most, and what is spent may have more. */
  private static final int DECIMALS = 6;

  private final Path data;
  private final FaultyConnections connections;
  private final LocalCloud cloud;
  private final Api api;
  private final List<Team> teams;

  private Site(Path data, FaultyConnections connections, LocalCloud cloud)
      throws IOException, InterruptedException {
    this.data = data;
    this.connections = connections;
    this.cloud = cloud;
    this.api = new Api(cloud.url());
    this.teams = List.of(team(RICH, "ambervale"), team(FREE, "birchwood"), team(POOR, "cedarholm"));
  }

  static Site start(Random random) throws Exception {
    Path clone = Path.of("").toAbsolutePath();
    Path data =
        Files.createTempDirectory(
            Files.createDirectories(clone.resolve("target/chaos")), "local-cloud");
    FaultyConnections connections = new FaultyConnections(random);
    LocalCloud cloud;
    try {
      // What killed calls hold lapses soon after their deadlines, so that it can be waited for.
      Map<String, String> settings = Map.of("PORT", "0", "TOLLGATE_BUDGETS_GRACE", "3s");
      cloud = LocalCloud.start(LocalSettings.of(clone, data, settings), connections);
    } catch (IOException | InterruptedException | RuntimeException e) {
      connections.close();
      throw e;
    }
    Site site = new Site(data, connections, cloud);
    site.prepare();
    return site;
  }

  private Team team(String name, String secret) throws IOException, InterruptedException {
    return new Team(name, Keys.create(cloud.lambda(), name, "invoke"), name + "-user", secret);
  }

  /** Three versions of a prompt, whose answers differ only in what was asked, and two budgets. */
  private void prepare() throws IOException, InterruptedException {
    for (int version = 1; version <= 3; version++) {
      succeed(register("Version " + version + " of the desk."));
    }
    succeed(force(PROMPT, 1));
    succeed(register(Author.PROMPT, Author.version(Author.GOOD, 1)));
    succeed(api.put(Author.PROMPT + "/suite", admin(), Author.suite()));
    succeed(force(Author.PROMPT, 1));
    limit(RICH, PLENTY);
    limit(POOR, LITTLE);
  }

  /** Lets the team whose budget runs out spend a little more. */
  void refill() throws IOException, InterruptedException {
    BigDecimal spent =
        accounts().stream()
            .filter(account -> account.team().equals(POOR))
            .map(Account::spent)
            .findFirst()
            .orElseThrow();
    limit(POOR, spent.add(LITTLE).setScale(DECIMALS, RoundingMode.UP));
  }

  private void limit(String team, BigDecimal usd) throws IOException, InterruptedException {
    ObjectNode terms = Api.JSON.createObjectNode().put("period", "monthly").put("hard_usd", usd);
    succeed(api.put("/admin/budgets/team/" + team, admin(), terms));
  }

  private static void succeed(Answer answer) throws IOException {
    if (!answer.isGood()) {
      throw new IOException("not prepared: " + answer.text());
    }
  }

  /** How the budgets stand, or nothing if nobody says. */
  List<Account> accounts() throws IOException, InterruptedException {
    return Account.all(asAdmin("/admin/budgets").json());
  }

  /** Registers a version of {@link #PROMPT}. */
  Answer register(String words) throws IOException, InterruptedException {
    return register(
        PROMPT,
        Api.JSON
            .createObjectNode()
            .put("content", words + " Use only the context.\n\nContext: {{context}}")
            .put("model", "claude-haiku-4-5")
            .put("temperature", 0));
  }

  Answer register(String prompt, ObjectNode version) throws IOException, InterruptedException {
    return api.post(prompt + "/versions", admin(), version, Api.PATIENT);
  }

  /** Moves the pointer of a prompt, by {@code activate} or {@code rollback}. */
  Answer move(String prompt, String how, ObjectNode where)
      throws IOException, InterruptedException {
    return api.post(prompt + "/" + how, admin(), where.put("reason", "chaos"), Api.PATIENT);
  }

  /** Puts a version into production whatever its tests say. */
  Answer force(String prompt, int version) throws IOException, InterruptedException {
    return move(
        prompt, "activate", Api.JSON.createObjectNode().put("version", version).put("force", true));
  }

  /** Has a version of the author's prompt tested. */
  Answer test(int version) throws IOException, InterruptedException {
    return api.post(
        "%s/versions/%d/runs".formatted(Author.PROMPT, version),
        admin(),
        Api.JSON.createObjectNode(),
        Api.PATIENT);
  }

  /** A run of tests with its attempts. */
  JsonNode run(String id) throws IOException, InterruptedException {
    return asAdmin("%s/runs/%s?limit=200".formatted(Author.PROMPT, id)).json();
  }

  /** Whether a version of the author's prompt should pass. */
  boolean isGood(int version) throws IOException, InterruptedException {
    JsonNode there = asAdmin("%s/versions/%d".formatted(Author.PROMPT, version)).json();
    return there.path("notes").asText().equals(Author.GOOD);
  }

  boolean isUnderWay(String run) throws IOException, InterruptedException {
    return !run(run).path("state").asText().equals("finished");
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
              Api.JSON.writeValueAsBytes(Api.JSON.readTree(file.toFile()).path("requestPayload"));
          Files.delete(file);
          String unused = cloud.lambda().invokeAsynchronously("nightlyRegression", event);
          events++;
        }
      }
    }
    return events;
  }

  Answer report() throws IOException, InterruptedException {
    // Two days, for it may become midnight meanwhile.
    return api.get("/admin/costs?days=2", cloud.keys().finance());
  }

  Answer asAdmin(String path) throws IOException, InterruptedException {
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

  Api api() {
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
