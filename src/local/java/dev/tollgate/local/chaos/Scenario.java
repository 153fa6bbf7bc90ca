package dev.tollgate.local.chaos;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Something that goes wrong for a while.
 *
 * @param title what goes wrong
 * @param trouble makes it happen, and returns when it is over
 * @param loss what may be gone for good afterwards
 */
record Scenario(String name, String title, Trouble trouble, Loss loss) {
  private Scenario(String name, String title, Trouble trouble) {
    this(name, title, trouble, Loss.NOTHING);
  }

  /** Long enough for caches of three and five seconds to run out in it. */
  private static final Duration A_WHILE = Duration.ofSeconds(6);

  private static final Duration SKEW = Duration.ofSeconds(8);

  private static final String NIGHTLY = "nightlyRegression";

  private static final List<String> FUNCTIONS =
      List.of("invokeLlm", "promptAdmin", "costReport", "costLedger", NIGHTLY);

  /** Makes something go wrong. */
  @FunctionalInterface
  interface Trouble {
    void make(Site site, Random random) throws Exception;
  }

  /** What may be gone for good. */
  enum Loss {
    NOTHING,
    /** Answers of DynamoDB: a call may hold what it does not know of, until that lapses. */
    ANSWERS,
    /** Functions, with what they have not written down. */
    FUNCTIONS
  }

  /** All that is tried, in this order. */
  static List<Scenario> all() {
    return List.of(
        new Scenario("calm", "nothing", (_, _) -> Thread.sleep(A_WHILE)),
        new Scenario(
            "kill-invoke",
            "kill -9 of invokeLlm, ten times",
            (site, random) -> kill(site, random, List.of("invokeLlm")),
            Loss.FUNCTIONS),
        new Scenario(
            "kill-functions",
            "kill -9 of any function, ten times",
            (site, random) -> kill(site, random, FUNCTIONS),
            Loss.FUNCTIONS),
        new Scenario(
            "kill-tests",
            "kill -9 of nightlyRegression at work, six times",
            Scenario::killTests,
            Loss.FUNCTIONS),
        new Scenario("kill-redis", "kill -9 of Redis, twice", Scenario::killRedis),
        new Scenario("kill-postgres", "kill -9 of PostgreSQL, twice", Scenario::killPostgres),
        new Scenario("redis-slow", "Redis answers after 200 ms", Scenario::slowRedis),
        new Scenario(
            "redis-silent",
            "Redis is a black hole",
            (site, _) -> whileSilent(site.connections().redis())),
        new Scenario(
            "redis-cut",
            "connections to Redis break",
            (site, _) -> whileCut(site.connections().redis())),
        new Scenario("postgres-read-only", "PostgreSQL takes no writes", Scenario::readOnly),
        new Scenario(
            "postgres-silent",
            "PostgreSQL is a black hole",
            (site, _) -> whileSilent(site.connections().ledger())),
        new Scenario(
            "postgres-cut",
            "connections to PostgreSQL break",
            (site, _) -> whileCut(site.connections().ledger())),
        new Scenario(
            "dynamodb-throttled",
            "DynamoDB throttles 7 of 10 requests",
            (site, _) -> whileTroubled(site, DynamoDbFaults.Trouble.THROTTLING, 0.7)),
        new Scenario(
            "dynamodb-conflicts",
            "4 of 10 writes of prompts and budgets to DynamoDB conflict",
            (site, _) -> whileTroubled(site, DynamoDbFaults.Trouble.CONFLICT, 0.4)),
        new Scenario(
            "dynamodb-unacknowledged",
            "4 of 10 writes to DynamoDB are done, and not answered",
            (site, _) -> whileTroubled(site, DynamoDbFaults.Trouble.NO_ANSWER, 0.4),
            Loss.ANSWERS),
        new Scenario(
            "dynamodb-stalled",
            "3 of 10 requests to DynamoDB hang",
            (site, _) -> whileTroubled(site, DynamoDbFaults.Trouble.STALL, 0.3),
            Loss.ANSWERS),
        new Scenario(
            "dynamodb-gone",
            "every request to DynamoDB hangs",
            (site, _) -> whileTroubled(site, DynamoDbFaults.Trouble.STALL, 1),
            Loss.ANSWERS),
        new Scenario("model-errors", "models answer 429, 500 and 529", Scenario::failModels),
        new Scenario("model-cut", "models break off in their answers", Scenario::cutModels),
        new Scenario("model-slow", "models answer after 3 s", Scenario::slowModels),
        new Scenario(
            "model-late",
            "models answer after 27 s, when DynamoDB hangs",
            Scenario::answerLast,
            Loss.ANSWERS),
        new Scenario(
            "stream-unreliable",
            "batches come twice, again later and in disorder",
            Scenario::disturbStream),
        new Scenario(
            "clocks-wrong",
            "functions' clocks jump 8 s ahead, 16 s back and 8 s ahead",
            Scenario::skewClocks,
            Loss.FUNCTIONS));
  }

  private static void kill(Site site, Random random, List<String> functions)
      throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      Thread.sleep(random.nextInt(1500));
      String function = functions.get(random.nextInt(functions.size()));
      List<Long> processes = site.cloud().lambda().processes(function);
      if (!processes.isEmpty()) {
        end(processes.get(random.nextInt(processes.size())));
      }
    }
  }

  /** Answers take a while, so that it is killed in all states of its work. */
  private static void killTests(Site site, Random random) throws Exception {
    models(site, Optional.of("delay:300"));
    for (int i = 0; i < 6; i++) {
      Thread.sleep(500 + random.nextInt(2000));
      site.cloud().lambda().working(NIGHTLY).forEach(Scenario::end);
    }
    models(site, Optional.empty());
  }

  private static void end(long process) {
    ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static void killRedis(Site site, Random random) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      Thread.sleep(random.nextInt(2000));
      site.cloud().engines().redis().kill();
      Thread.sleep(1000);
      site.cloud().engines().redis().restart();
    }
  }

  private static void killPostgres(Site site, Random random) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      Thread.sleep(random.nextInt(2000));
      site.cloud().engines().postgres().kill();
      Thread.sleep(1000);
      site.cloud().engines().postgres().restart();
    }
  }

  private static void slowRedis(Site site, Random random) throws InterruptedException {
    site.connections().redis().slow(Duration.ofMillis(200));
    Thread.sleep(A_WHILE);
    site.connections().redis().heal();
  }

  private static void whileSilent(FaultProxy network) throws InterruptedException {
    network.silence();
    Thread.sleep(A_WHILE);
    network.heal();
  }

  private static void whileCut(FaultProxy network) throws InterruptedException {
    network.cut();
    Thread.sleep(A_WHILE);
    network.heal();
  }

  private static void readOnly(Site site, Random random) throws Exception {
    administrate(site, "ALTER SYSTEM SET default_transaction_read_only = on");
    Thread.sleep(A_WHILE);
    administrate(site, "ALTER SYSTEM RESET default_transaction_read_only");
  }

  private static void administrate(Site site, String statement) throws SQLException {
    try (Connection connection = site.cloud().engines().postgres().administrate();
        Statement each = connection.createStatement()) {
      each.execute(statement);
      each.execute("SELECT pg_reload_conf()");
    }
  }

  private static void whileTroubled(Site site, DynamoDbFaults.Trouble trouble, double share)
      throws InterruptedException {
    site.connections().dynamoDb().trouble(trouble, share);
    Thread.sleep(A_WHILE);
    site.connections().dynamoDb().heal();
  }

  private static void failModels(Site site, Random random) throws Exception {
    whileModels(site, random, List.of("429:1", "500", "529", "429:0"));
  }

  private static void cutModels(Site site, Random random) throws Exception {
    whileModels(site, random, List.of("cut-stream", "cut-stream:abort", "stream-error"));
  }

  private static void slowModels(Site site, Random random) throws Exception {
    whileModels(site, random, List.of("delay:3000"));
  }

  /** Lets models behave in turns so, and well. */
  private static void whileModels(Site site, Random random, List<String> behaviours)
      throws Exception {
    Instant over = Instant.now().plus(A_WHILE);
    while (Instant.now().isBefore(over)) {
      if (random.nextInt(3) == 0) {
        models(site, Optional.empty());
      } else {
        models(site, Optional.of(behaviours.get(random.nextInt(behaviours.size()))));
      }
      Thread.sleep(300);
    }
    models(site, Optional.empty());
  }

  /** Answers come with the last second of their calls, and their records have nowhere to go. */
  private static void answerLast(Site site, Random random) throws Exception {
    models(site, Optional.of("delay:27000"));
    Thread.sleep(2000);
    models(site, Optional.empty());
    Thread.sleep(23_000);
    whileTroubled(site, DynamoDbFaults.Trouble.STALL, 1);
  }

  private static void models(Site site, Optional<String> behaviour) throws Exception {
    HttpRequest.Builder order =
        HttpRequest.newBuilder(site.cloud().model().orElseThrow().url().resolve("/_simulate"));
    if (behaviour.isPresent()) {
      order.POST(
          BodyPublishers.ofString(
              Api.JSON.createObjectNode().put("behaviour", behaviour.get()).toString()));
    } else {
      order.DELETE();
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(order.build(), BodyHandlers.discarding());
    }
  }

  private static void disturbStream(Site site, Random random) throws InterruptedException {
    site.connections().stream().disturb();
    Thread.sleep(A_WHILE);
    site.connections().stream().heal();
  }

  /** All clocks jump ahead, then behind and then to the right time, in functions at work. */
  private static void skewClocks(Site site, Random random) throws Exception {
    Path clock = site.data().resolve("clock");
    site.connections().environment(Map.of("JAVA_TOOL_OPTIONS", ClockSkew.option(clock)));
    restartFunctions(site);
    var unused = Recovery.await(site, new Witness(new HashMap<>(), 0), "clocks-movable");
    for (Duration off : List.of(SKEW, SKEW.negated(), Duration.ZERO)) {
      Thread.sleep(A_WHILE);
      MovableClock.move(clock, off);
    }
    site.connections().environment(Map.of());
  }

  private static void restartFunctions(Site site) {
    FUNCTIONS.forEach(function -> site.cloud().lambda().processes(function).forEach(Scenario::end));
  }
}
