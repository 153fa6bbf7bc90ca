package dev.tollgate.local.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.local.lambda.FakeLambda;
import dev.tollgate.local.lambda.LambdaService;
import dev.tollgate.local.template.SamTemplate;
import dev.tollgate.local.template.Tables;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Against DynamoDB Local, whose streams last through restarts of its process. */
@Timeout(180)
final class StreamPollerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

  @SuppressWarnings("InlineFormatString") // It is long.
  private static final String TEMPLATE =
      """
      Resources:
        Calls:
          Type: AWS::DynamoDB::Table
          Properties:
            AttributeDefinitions: [{AttributeName: PK, AttributeType: S}]
            KeySchema: [{AttributeName: PK, KeyType: HASH}]
            StreamSpecification: {StreamViewType: NEW_IMAGE}
        Ledger:
          Type: AWS::Serverless::Function
          Properties:
            Timeout: 60
            Environment:
              Variables: {TRIAL_DIARY: "%s", TRIAL_FAILURES: 2}
            Events:
              New:
                Type: DynamoDB
                Properties:
                  Stream: !GetAtt Calls.StreamArn
                  StartingPosition: TRIM_HORIZON
                  BatchSize: 10
                  FilterCriteria: {Filters: [{Pattern: '{"eventName": ["INSERT"]}'}]}
      """;

  private final Path folder;
  private final Path diary;
  private int port;
  private Process database;
  private DynamoDbClient dynamoDb;
  private DynamoDbStreamsClient streams;
  private SamTemplate template;
  private LambdaService lambda;

  @SuppressWarnings("NullAway") // JUnit calls start before anything else.
  StreamPollerIT(@TempDir Path folder) {
    this.folder = folder;
    this.diary = folder.resolve("diary");
  }

  @BeforeEach
  void start() throws Exception {
    port = freePort();
    database = startDatabase();
    URI endpoint = URI.create("http://127.0.0.1:" + port);
    dynamoDb =
        DynamoDbClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .build();
    streams =
        DynamoDbStreamsClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .build();
    template = FakeLambda.template(folder, TEMPLATE.formatted(diary));
    Tables.create(template.tables(), dynamoDb);
    lambda = FakeLambda.start(template, folder);
  }

  @AfterEach
  void stop() throws InterruptedException {
    lambda.close();
    streams.close();
    dynamoDb.close();
    stopDatabase();
  }

  @Test
  void deliversEveryInsertAcrossFailuresAndRestarts() throws Exception {
    IntStream.range(0, 25).forEach(this::put);
    put(3); // A change, which the filter holds back.

    try (StreamPoller poller = poller()) {
      await(25);
    }
    // The first batch failed twice and was delivered unchanged.
    List<JsonNode> events = events();
    assertEquals(events.get(0), events.get(1));
    assertEquals(events.get(0), events.get(2));

    put(25);
    stopDatabase();
    database = startDatabase();
    put(26);
    Files.delete(diary);
    Files.writeString(diary, "{}\n{}\n"); // No more failures.

    try (StreamPoller poller = poller()) {
      await(Set.of("25", "26"));
      put(27);
      await(Set.of("27"));
    }
    // A poller that ends before it has noted its last batch brings that one again, and no other.
    Set<String> again = keys();
    again.removeAll(Set.of("25", "26", "27"));
    assertTrue(Set.of("20", "21", "22", "23", "24").containsAll(again), again.toString());
  }

  @Test
  void recordsLookAsLambdaSendsThem() throws Exception {
    Files.writeString(diary, "{}\n{}\n");
    dynamoDb.putItem(
        request ->
            request
                .tableName("tollgate-Calls")
                .item(
                    Map.of(
                        "PK", AttributeValue.fromS("one"),
                        "cost", AttributeValue.fromN("0.000123"),
                        "final", AttributeValue.fromBool(true),
                        "gone", AttributeValue.fromNul(true),
                        "bytes", AttributeValue.fromB(SdkBytes.fromUtf8String("hi")),
                        "tags", AttributeValue.fromSs(List.of("a")),
                        "list",
                            AttributeValue.fromL(
                                List.of(
                                    AttributeValue.fromM(
                                        Map.of("x", AttributeValue.fromS("y"))))))));

    try (StreamPoller poller = poller()) {
      await(1);
    }
    JsonNode record = events().getLast().path("Records").path(0);
    assertEquals("INSERT", record.path("eventName").asText());
    assertEquals("aws:dynamodb", record.path("eventSource").asText());
    assertEquals("us-east-1", record.path("awsRegion").asText());
    assertTrue(record.path("eventSourceARN").asText().contains("table/tollgate-Calls/stream/"));
    JsonNode change = record.path("dynamodb");
    assertEquals("NEW_IMAGE", change.path("StreamViewType").asText());
    assertTrue(change.path("ApproximateCreationDateTime").isNumber());
    assertTrue(change.path("SequenceNumber").isTextual());
    assertEquals("{\"PK\":{\"S\":\"one\"}}", change.path("Keys").toString());
    assertEquals(
        JSON.readTree(
            """
            {"PK": {"S": "one"}, "cost": {"N": "0.000123"}, "final": {"BOOL": true},
             "gone": {"NULL": true}, "bytes": {"B": "aGk="}, "tags": {"SS": ["a"]},
             "list": {"L": [{"M": {"x": {"S": "y"}}}]}}
            """),
        change.path("NewImage"));
  }

  private StreamPoller poller() {
    return StreamPoller.start(
        template, lambda::invoke, streams, dynamoDb, folder.resolve("checkpoints.json"));
  }

  private void put(int number) {
    dynamoDb.putItem(
        request ->
            request
                .tableName("tollgate-Calls")
                .item(
                    Map.of(
                        "PK", AttributeValue.fromS(Integer.toString(number)),
                        "time", AttributeValue.fromN(Long.toString(System.nanoTime())))));
  }

  private void await(int keys) throws IOException, InterruptedException {
    while (keys().size() < keys) {
      Thread.sleep(50);
    }
  }

  private void await(Set<String> keys) throws IOException, InterruptedException {
    while (!keys().containsAll(keys)) {
      Thread.sleep(50);
    }
  }

  private Set<String> keys() throws IOException {
    Set<String> keys = new TreeSet<>();
    for (JsonNode event : events()) {
      for (JsonNode record : event.path("Records")) {
        assertEquals("INSERT", record.path("eventName").asText());
        keys.add(record.path("dynamodb").path("Keys").path("PK").path("S").asText());
      }
    }
    return keys;
  }

  private List<JsonNode> events() throws IOException {
    List<JsonNode> events = new ArrayList<>();
    if (Files.exists(diary)) {
      for (String line : Files.readAllLines(diary)) {
        events.add(JSON.readTree(line));
      }
    }
    return events;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process startDatabase() throws IOException, InterruptedException {
    Path libraries = Path.of("target/infra-local/dynamodb").toAbsolutePath();
    assertTrue(
        Files.isDirectory(libraries),
        "DynamoDB Local is missing: run mvn -f infra/local/pom.xml package");
    Path data = Files.createDirectories(folder.resolve("dynamodb"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Djava.library.path=" + libraries,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                libraries + "/*",
                "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                Integer.toString(port),
                "-dbPath",
                data.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("dynamodb.log").toFile())
            .start();
    while (!listens()) {
      assertTrue(process.isAlive(), "DynamoDB Local ended at start");
      Thread.sleep(50);
    }
    return process;
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void stopDatabase() throws InterruptedException {
    database.destroyForcibly();
    database.waitFor();
  }
}
