package dev.tollgate.endtoend.operations;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.TestEngines;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.local.engine.PostgresServer;
import dev.tollgate.local.engine.RedisServer;
import dev.tollgate.local.lambda.FunctionPackage;
import dev.tollgate.local.lambda.LambdaService;
import dev.tollgate.local.model.SimulatedModel;
import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.local.template.SamTemplate;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The functions with Redis and PostgreSQL as on AWS: over TLS only, with passwords in Secrets
 * Manager.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class SecuredStoresIT {
  private static final String REDIS_SECRET = "arn:aws:secretsmanager:us-east-1:0:secret:redis";
  private static final String LEDGER_SECRET = "arn:aws:secretsmanager:us-east-1:0:secret:ledger";
  private static final String PASSWORD = "aLongPasswordWithoutPunctuation";
  private static final String QUESTION =
      """
      {"action": "invoke", "prompt": "greeting", "variables": {"context": "Tea is hot."},
       "input": "Is tea hot?", "endpoint": "tea"}
      """;

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Path folder;
  private final TestCertificate certificate;
  private final RedisServer redis;
  private final PostgresServer postgres;
  private final TlsProxy redisTls;
  private final SimulatedModel model;
  private final SecretsManagerServer secretsManager;
  private final ChildProcesses children;
  private final String calls = TestEngines.table("CallsTable");
  private final String prompts = TestEngines.table("PromptsTable");

  SecuredStoresIT()
      throws IOException, InterruptedException, GeneralSecurityException, SQLException {
    folder =
        Files.createTempDirectory(Files.createDirectories(Path.of("target/it")), "secured")
            .toAbsolutePath();
    Path files = Files.createDirectory(folder.resolve("prompts"));
    Files.writeString(files.resolve("defaults.yaml"), "model: claude-haiku-4-5\ntemperature: 0\n");
    Files.writeString(files.resolve("greeting.txt"), "Context: {{context}}\n");
    certificate = TestCertificate.create(folder);
    children = keep(ChildProcesses.under(folder));
    redis = keep(RedisServer.start(children, folder));
    postgres = keep(PostgresServer.start(children, folder));
    redisTls = keep(TlsProxy.start(certificate.serverContext(), redis.url()));
    model = keep(SimulatedModel.start(0));
    secretsManager =
        keep(
            SecretsManagerServer.start(
                Map.of(
                    REDIS_SECRET, login("tollgate"),
                    LEDGER_SECRET, login(postgres.user()))));
    lockRedis();
    lockPostgres();
  }

  private <T extends AutoCloseable> T keep(T part) {
    running.push(part);
    return part;
  }

  @AfterAll
  void stop() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }

  @Test
  void functionsConnectOverTlsWithPasswordsOfSecretsManager() throws Exception {
    try (LambdaService lambda = lambda("localhost", REDIS_SECRET)) {
      JsonNode first = invoke(lambda, "invokeLlm", QUESTION);
      // A new function on a busy machine may fail to connect to Redis at first.
      JsonNode second =
          Eventually.get(
              () -> invoke(lambda, "invokeLlm", QUESTION),
              response -> response.path("cached").asBoolean());
      JsonNode repaired = invoke(lambda, "costLedger", "{\"action\": \"repair\"}");
      JsonNode report = invoke(lambda, "costReport", "{\"action\": \"report\"}");

      assertFalse(first.path("cached").asBoolean(true), first.toString());
      assertTrue(second.path("cached").asBoolean(), second.toString());
      int booked = repaired.path("booked").asInt();
      assertTrue(booked >= 2, repaired.toString());
      assertEquals(booked, report.path("total_calls").asInt(), report.toString());
      assertTrue(redis("CLIENT LIST").contains("user=tollgate"), "Redis knows who it is");
    }
  }

  @Test
  void rejectsCertificateOfAnotherHost() throws Exception {
    try (LambdaService lambda = lambda("127.0.0.1", REDIS_SECRET)) {
      invoke(lambda, "invokeLlm", QUESTION);
      JsonNode second = invoke(lambda, "invokeLlm", QUESTION);
      JsonNode report = invoke(lambda, "costReport", "{\"action\": \"report\"}");

      assertEquals("Tea is hot.", second.path("text").asText(), second.toString());
      assertFalse(second.path("cached").asBoolean(true), "Redis is gone without");
      assertEquals("ledger_unavailable", report.path("error").path("code").asText());
    }
  }

  @Test
  void callsSucceedUncachedWithoutPassword() throws Exception {
    try (LambdaService lambda = lambda("localhost", REDIS_SECRET + "-gone")) {
      invoke(lambda, "invokeLlm", QUESTION);
      JsonNode second = invoke(lambda, "invokeLlm", QUESTION);

      assertEquals("Tea is hot.", second.path("text").asText(), second.toString());
      assertFalse(second.path("cached").asBoolean(true), second.toString());
    }
  }

  @Test
  void redisRejectsAdministrativeCommands() throws Exception {
    try (Socket socket = new Socket(redis.url().getHost(), redis.url().getPort())) {
      String responses =
          talk(
              socket,
              "AUTH tollgate " + PASSWORD,
              "SET tollgate:a 1",
              "SET other:a 1",
              "KEYS *",
              "FLUSHALL",
              "EVAL \"return redis.call('get',KEYS[1])\" 1 tollgate:a");

      assertEquals(
          List.of("+OK", "+OK", "-NOPERM", "-NOPERM", "-NOPERM", "$1", "1"),
          responses.lines().map(line -> line.split(" ", 2)[0]).toList());
    }
  }

  @Test
  void ledgerRejectsConnectionsWithoutTls() {
    assertThrows(
        SQLException.class,
        () ->
            DriverManager.getConnection(
                    postgres.jdbcUrl() + "?sslmode=disable", postgres.user(), PASSWORD)
                .close());
  }

  private LambdaService lambda(String host, String redisSecret) throws IOException {
    SamTemplate template =
        SamTemplate.read(
            Path.of("template.yaml"),
            Map.of("AnthropicBaseUrl", model.url().toString()),
            Map.of(
                "Redis.Url",
                "rediss://" + host + ":" + redisTls.port(),
                "Redis.SecretArn",
                redisSecret,
                "Ledger.JdbcUrl",
                ledgerUrl(host),
                "Ledger.User",
                postgres.user(),
                "Ledger.SecretArn",
                LEDGER_SECRET));
    return LambdaService.start(
        template,
        FunctionPackage.unpack(Path.of("target/function.zip"), Path.of("target/functions")),
        children::start,
        function -> environment(),
        folder.resolve("on-failure"),
        0);
  }

  /** The URL of the template, with this host and the certificate of this authority. */
  private String ledgerUrl(String host) throws IOException {
    String template = Files.readString(Path.of("infra/ledger.yaml"));
    Matcher parameters =
        Pattern.compile("/tollgate\\?(\\S+)sslrootcert=/var/task/rds-ca.pem").matcher(template);
    assertTrue(parameters.find(), "the ledger's URL verifies who answers");
    return postgres.jdbcUrl().replace("127.0.0.1", host)
        + "?"
        + parameters.group(1)
        + "sslrootcert="
        + folder.resolve("ca.pem");
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ACCESS_KEY_ID", "local");
    environment.put("AWS_SECRET_ACCESS_KEY", "local");
    environment.put(
        "AWS_ENDPOINT_URL_DYNAMODB", TestEngines.engines().dynamoDb().endpoint().toString());
    environment.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.url().toString());
    environment.put("TOLLGATE_CALLS_TABLE", calls);
    environment.put("TOLLGATE_PROMPTS_TABLE", prompts);
    environment.put("TOLLGATE_PROMPT_FILES", folder.resolve("prompts").toString());
    environment.put("TOLLGATE_SECRET_ARN", "");
    environment.put("TOLLGATE_CACHE_KEY", "signs");
    environment.put("ANTHROPIC_API_KEY", "simulated");
    environment.put("JAVA_TOOL_OPTIONS", certificate.trustOptions());
    return environment;
  }

  private static JsonNode invoke(LambdaService lambda, String function, String event)
      throws IOException, InterruptedException {
    return ApiClient.JSON.readTree(
        lambda.invoke(function, event.getBytes(StandardCharsets.UTF_8)).text());
  }

  /** Every user needs a password. The user tollgate has the permissions of the template. */
  private void lockRedis() throws IOException {
    Matcher access =
        Pattern.compile("AccessString: on (.+)")
            .matcher(Files.readString(Path.of("infra/redis.yaml")));
    assertTrue(access.find());
    redis("ACL SETUSER tollgate on >" + PASSWORD + " " + access.group(1));
    redis("ACL SETUSER default >" + PASSWORD + " resetpass >" + PASSWORD);
  }

  /** Runs SQL as administrator. */
  private String redis(String command) throws IOException {
    try (Socket socket = new Socket(redis.url().getHost(), redis.url().getPort())) {
      return talk(socket, "AUTH " + PASSWORD, command);
    }
  }

  private static String talk(Socket socket, String... commands) throws IOException {
    socket
        .getOutputStream()
        .write((String.join("\r\n", commands) + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
    String responses = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return responses.substring(0, responses.lastIndexOf("+OK"));
  }

  /** The server itself writes the files, because it must own them. */
  private void lockPostgres() throws SQLException, IOException, GeneralSecurityException {
    Files.writeString(folder.resolve("ca.pem"), certificate.pem());
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl(), "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER ROLE %s PASSWORD '%s'".formatted(postgres.user(), PASSWORD));
      write(statement, "server.crt", certificate.pem());
      write(statement, "server.key", certificate.privateKeyPem());
      write(
          statement,
          "pg_hba.conf",
          "hostssl all tollgate 127.0.0.1/32 scram-sha-256\nhost all postgres 127.0.0.1/32 trust");
      statement.execute("ALTER SYSTEM SET ssl = on");
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  private static void write(Statement statement, String file, String content) throws SQLException {
    statement.execute(
        "COPY (SELECT unnest(string_to_array('%s', chr(10)))) TO PROGRAM 'umask 077; cat > %s'"
            .formatted(requireNonNull(content), file));
  }

  private static String login(String user) {
    return ApiClient.JSON
        .createObjectNode()
        .put("username", user)
        .put("password", PASSWORD)
        .toString();
  }
}
