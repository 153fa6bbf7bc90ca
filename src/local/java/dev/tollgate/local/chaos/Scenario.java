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
 * @param fault makes it happen, and returns when it is over
 * @param loss what may be gone for good afterwards
 */
record Scenario(String name, String title, Fault fault, Loss loss) {
  private Scenario(String name, String title, Fault fault) {
    this(name, title, fault, Loss.NOTHING);
  }

  /** Long enough for caches of three and five seconds to run out in it. */
  private static final Duration FAULT_DURATION = Duration.ofSeconds(6);

  private static final Duration SKEW = Duration.ofSeconds(8);

  private static final String NIGHTLY = "nightlyRegression";

  private static final List<String> FUNCTIONS =
      List.of("invokeLlm", "promptAdmin", "costReport", "costLedger", NIGHTLY);

  /** Makes something go wrong. */
  @FunctionalInterface
  interface Fault {
    void inject(TestBed testBed, Random random) throws Exception;
  }

  /** What may be gone for good. */
  enum Loss {
    NOTHING,
    /** Answers of DynamoDB: a call may hold an unknown reservation until it expires. */
    RESPONSES,
    /** Functions, with what they have not written down. */
    FUNCTIONS
  }

  /** All that is tried, in this order. */
  static List<Scenario> all() {
    return List.of(
        new Scenario("calm", "nothing", (_, _) -> Thread.sleep(FAULT_DURATION)),
        new Scenario(
            "kill-invoke",
            "kill -9 of invokeLlm, ten times",
            (testBed, random) -> kill(testBed, random, List.of("invokeLlm")),
            Loss.FUNCTIONS),
        new Scenario(
            "kill-functions",
            "kill -9 of any function, ten times",
            (testBed, random) -> kill(testBed, random, FUNCTIONS),
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
            (testBed, _) -> injectSilence(testBed.connections().redis())),
        new Scenario(
            "redis-cut",
            "connections to Redis break",
            (testBed, _) -> injectCut(testBed.connections().redis())),
        new Scenario("postgres-read-only", "PostgreSQL takes no writes", Scenario::readOnly),
        new Scenario(
            "postgres-silent",
            "PostgreSQL is a black hole",
            (testBed, _) -> injectSilence(testBed.connections().ledger())),
        new Scenario(
            "postgres-cut",
            "connections to PostgreSQL break",
            (testBed, _) -> injectCut(testBed.connections().ledger())),
        new Scenario(
            "dynamodb-throttled",
            "DynamoDB throttles 7 of 10 requests",
            (testBed, _) -> injectDynamoDbFault(testBed, DynamoDbFaults.FaultType.THROTTLING, 0.7)),
        new Scenario(
            "dynamodb-conflicts",
            "4 of 10 writes of prompts and budgets to DynamoDB conflict",
            (testBed, _) -> injectDynamoDbFault(testBed, DynamoDbFaults.FaultType.CONFLICT, 0.4)),
        new Scenario(
            "dynamodb-unacknowledged",
            "4 of 10 writes to DynamoDB succeed without a response",
            (testBed, _) -> injectDynamoDbFault(testBed, DynamoDbFaults.FaultType.NO_ANSWER, 0.4),
            Loss.RESPONSES),
        new Scenario(
            "dynamodb-stalled",
            "3 of 10 requests to DynamoDB hang",
            (testBed, _) -> injectDynamoDbFault(testBed, DynamoDbFaults.FaultType.STALL, 0.3),
            Loss.RESPONSES),
        new Scenario(
            "dynamodb-gone",
            "every request to DynamoDB hangs",
            (testBed, _) -> injectDynamoDbFault(testBed, DynamoDbFaults.FaultType.STALL, 1),
            Loss.RESPONSES),
        new Scenario("model-errors", "models answer 429, 500 and 529", Scenario::failModels),
        new Scenario("model-cut", "model answers are cut off", Scenario::cutModels),
        new Scenario("model-slow", "models answer after 3 s", Scenario::slowModels),
        new Scenario(
            "model-late",
            "models answer after 27 s, when DynamoDB hangs",
            Scenario::answerAtDeadline,
            Loss.RESPONSES),
        new Scenario(
            "stream-unreliable",
            "batches arrive twice, late and out of order",
            Scenario::disturbStream),
        new Scenario(
            "clocks-wrong",
            "functions' clocks jump 8 s ahead, 16 s back and 8 s ahead",
            Scenario::skewClocks,
            Loss.FUNCTIONS));
  }

  private static void kill(TestBed testBed, Random random, List<String> functions)
      throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      Thread.sleep(random.nextInt(1500));
      String function = functions.get(random.nextInt(functions.size()));
      List<Long> processes = testBed.cloud().lambda().processes(function);
      if (!processes.isEmpty()) {
        killProcess(processes.get(random.nextInt(processes.size())));
      }
    }
  }

  /** Answers take a while, so that it is killed in all states of its work. */
  private static void killTests(TestBed testBed, Random random) throws Exception {
    setModelFault(testBed, Optional.of("delay:300"));
    for (int i = 0; i < 6; i++) {
      Thread.sleep(500 + random.nextInt(2000));
      testBed.cloud().lambda().busyProcesses(NIGHTLY).forEach(Scenario::killProcess);
    }
    setModelFault(testBed, Optional.empty());
  }

  private static void killProcess(long process) {
    ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static void killRedis(TestBed testBed, Random random) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      Thread.sleep(random.nextInt(2000));
      testBed.cloud().engines().redis().kill();
      Thread.sleep(1000);
      testBed.cloud().engines().redis().restart();
    }
  }

  private static void killPostgres(TestBed testBed, Random random) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      Thread.sleep(random.nextInt(2000));
      testBed.cloud().engines().postgres().kill();
      Thread.sleep(1000);
      testBed.cloud().engines().postgres().restart();
    }
  }

  private static void slowRedis(TestBed testBed, Random random) throws InterruptedException {
    testBed.connections().redis().slow(Duration.ofMillis(200));
    Thread.sleep(FAULT_DURATION);
    testBed.connections().redis().heal();
  }

  private static void injectSilence(FaultProxy network) throws InterruptedException {
    network.silence();
    Thread.sleep(FAULT_DURATION);
    network.heal();
  }

  private static void injectCut(FaultProxy network) throws InterruptedException {
    network.cut();
    Thread.sleep(FAULT_DURATION);
    network.heal();
  }

  private static void readOnly(TestBed testBed, Random random) throws Exception {
    executeAsSuperuser(testBed, "ALTER SYSTEM SET default_transaction_read_only = on");
    Thread.sleep(FAULT_DURATION);
    executeAsSuperuser(testBed, "ALTER SYSTEM RESET default_transaction_read_only");
  }

  private static void executeAsSuperuser(TestBed testBed, String statement) throws SQLException {
    try (Connection connection = testBed.cloud().engines().postgres().connectAsSuperuser();
        Statement each = connection.createStatement()) {
      each.execute(statement);
      each.execute("SELECT pg_reload_conf()");
    }
  }

  private static void injectDynamoDbFault(
      TestBed testBed, DynamoDbFaults.FaultType type, double share) throws InterruptedException {
    testBed.connections().dynamoDb().inject(type, share);
    Thread.sleep(FAULT_DURATION);
    testBed.connections().dynamoDb().heal();
  }

  private static void failModels(TestBed testBed, Random random) throws Exception {
    injectModelFaults(testBed, random, List.of("429:1", "500", "529", "429:0"));
  }

  private static void cutModels(TestBed testBed, Random random) throws Exception {
    injectModelFaults(testBed, random, List.of("cut-stream", "cut-stream:abort", "stream-error"));
  }

  private static void slowModels(TestBed testBed, Random random) throws Exception {
    injectModelFaults(testBed, random, List.of("delay:3000"));
  }

  /** Lets models behave in turns so, and well. */
  private static void injectModelFaults(TestBed testBed, Random random, List<String> behaviours)
      throws Exception {
    Instant over = Instant.now().plus(FAULT_DURATION);
    while (Instant.now().isBefore(over)) {
      if (random.nextInt(3) == 0) {
        setModelFault(testBed, Optional.empty());
      } else {
        setModelFault(testBed, Optional.of(behaviours.get(random.nextInt(behaviours.size()))));
      }
      Thread.sleep(300);
    }
    setModelFault(testBed, Optional.empty());
  }

  /** Answers come with the last second of their calls, and their records have nowhere to go. */
  private static void answerAtDeadline(TestBed testBed, Random random) throws Exception {
    setModelFault(testBed, Optional.of("delay:27000"));
    Thread.sleep(2000);
    setModelFault(testBed, Optional.empty());
    Thread.sleep(23_000);
    injectDynamoDbFault(testBed, DynamoDbFaults.FaultType.STALL, 1);
  }

  private static void setModelFault(TestBed testBed, Optional<String> behaviour) throws Exception {
    HttpRequest.Builder order =
        HttpRequest.newBuilder(testBed.cloud().model().orElseThrow().url().resolve("/_simulate"));
    if (behaviour.isPresent()) {
      order.POST(
          BodyPublishers.ofString(
              ApiClient.JSON.createObjectNode().put("behaviour", behaviour.get()).toString()));
    } else {
      order.DELETE();
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(order.build(), BodyHandlers.discarding());
    }
  }

  private static void disturbStream(TestBed testBed, Random random) throws InterruptedException {
    testBed.connections().stream().disturb();
    Thread.sleep(FAULT_DURATION);
    testBed.connections().stream().heal();
  }

  /** All clocks jump ahead, then behind and then to the right time, in functions at work. */
  private static void skewClocks(TestBed testBed, Random random) throws Exception {
    Path clock = testBed.data().resolve("clock");
    testBed.connections().environment(Map.of("JAVA_TOOL_OPTIONS", ClockSkew.option(clock)));
    restartFunctions(testBed);
    var unused = Recovery.await(testBed, new Observations(new HashMap<>(), 0), "clocks-movable");
    for (Duration off : List.of(SKEW, SKEW.negated(), Duration.ZERO)) {
      Thread.sleep(FAULT_DURATION);
      MovableClock.setOffset(clock, off);
    }
    testBed.connections().environment(Map.of());
  }

  private static void restartFunctions(TestBed testBed) {
    FUNCTIONS.forEach(
        function -> testBed.cloud().lambda().processes(function).forEach(Scenario::killProcess));
  }
}
