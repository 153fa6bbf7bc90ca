package dev.tollgate.local.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.tollgate.local.process.ChildProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class EnginesIT {
  private static final Path LIBRARIES = Path.of("target/infra-local/dynamodb");

  private final Path folder;

  EnginesIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void dataSurvivesARestart() throws Exception {
    try (var children = ChildProcesses.under(folder);
        var engines = Engines.start(children, LIBRARIES, folder.resolve("data"))) {
      try (var dynamoDb = new EngineClients.DynamoDb(engines.dynamoDb().endpoint())) {
        dynamoDb.createTable("kept");
        dynamoDb.put("kept", "a");
      }
      EngineClients.sql(engines.postgres(), "CREATE TABLE kept (id text PRIMARY KEY)");
      EngineClients.sql(engines.postgres(), "INSERT INTO kept VALUES ('a')");
      assertEquals("+OK", EngineClients.redis(engines.redis(), "SET kept a"));
    }

    try (var children = ChildProcesses.under(folder);
        var engines = Engines.start(children, LIBRARIES, folder.resolve("data"))) {
      try (var dynamoDb = new EngineClients.DynamoDb(engines.dynamoDb().endpoint())) {
        assertEquals(Map.of("id", AttributeValue.fromS("a")), dynamoDb.get("kept", "a"));
      }
      assertEquals(List.of("a"), EngineClients.query(engines.postgres(), "SELECT id FROM kept"));
      assertEquals("$1", EngineClients.redis(engines.redis(), "GET kept"));
    }
  }

  @Test
  void twoLocalCloudsRunSideBySide() throws Exception {
    try (var children = ChildProcesses.under(folder.resolve("one"));
        var others = ChildProcesses.under(folder.resolve("two"));
        var engines = Engines.start(children, LIBRARIES, folder.resolve("one"));
        var other = Engines.start(others, LIBRARIES, folder.resolve("two"))) {
      EngineClients.sql(engines.postgres(), "CREATE TABLE here (id text)");
      EngineClients.redis(engines.redis(), "SET here 1");

      assertNotEquals(engines.dynamoDb().endpoint(), other.dynamoDb().endpoint());
      assertEquals(
          List.of(),
          EngineClients.query(
              other.postgres(), "SELECT tablename FROM pg_tables WHERE tablename = 'here'"));
      assertEquals("$-1", EngineClients.redis(other.redis(), "GET here"));
    }
  }

  @Test
  void postgresAndRedisRestartOnTheirPorts() throws Exception {
    try (var children = ChildProcesses.under(folder);
        var postgres = PostgresServer.start(children, folder);
        var redis = RedisServer.start(children, folder)) {
      String jdbcUrl = postgres.jdbcUrl();
      EngineClients.sql(postgres, "CREATE TABLE kept AS SELECT 'a' AS id");

      postgres.stop();
      redis.stop();
      assertThrows(SQLException.class, () -> EngineClients.query(postgres, "SELECT 1"));
      assertThrows(IOException.class, () -> EngineClients.redis(redis, "PING"));

      postgres.restart();
      redis.restart();
      assertEquals(List.of("a"), EngineClients.query(postgres, "SELECT id FROM kept"));
      assertEquals("+PONG", EngineClients.redis(redis, "PING"));
      assertEquals(jdbcUrl, postgres.jdbcUrl());
    }
  }

  @Test
  void postgresStopsWithAConnectedClient() throws Exception {
    try (var children = ChildProcesses.under(folder);
        var postgres = PostgresServer.start(children, folder);
        var client = EngineClients.connect(postgres)) {
      postgres.stop();

      assertThrows(SQLException.class, () -> client.createStatement().execute("SELECT 1"));
    }
  }

  @Test
  void postgresIsDurableAndItsRoleIsNotASuperuser() throws Exception {
    try (var children = ChildProcesses.under(folder);
        var postgres = PostgresServer.start(children, folder)) {
      assertEquals(List.of("on"), EngineClients.query(postgres, "SHOW synchronous_commit"));
      assertEquals(List.of("on"), EngineClients.query(postgres, "SHOW fsync"));
      assertEquals(
          List.of("f"),
          EngineClients.query(
              postgres, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
    }
  }

  /** What a container needs that forbids user namespaces, with the clone under /root or not. */
  @Test
  @EnabledIf("isRoot")
  void postgresRunsUnprivilegedWithoutUserNamespaces() throws Exception {
    try (var children = ChildProcesses.under(folder);
        var postgres = PostgresServer.start(children, folder, PostgresAccount.asNobody())) {
      EngineClients.sql(postgres, "CREATE TABLE kept AS SELECT 'a' AS id");
    }
    try (var children = ChildProcesses.under(folder);
        var postgres = PostgresServer.start(children, folder, PostgresAccount.inUserNamespace())) {
      assertEquals(List.of("a"), EngineClients.query(postgres, "SELECT id FROM kept"));
    }
  }

  static boolean isRoot() {
    return new UnixSystem().getUid() == 0;
  }

  @Test
  void postgresStartsAfterAKill() throws Exception {
    try (var children = ChildProcesses.under(folder);
        var _ = PostgresServer.start(children, folder)) {
      // closed below, so that what a kill leaves can be put back
    }
    // The id of a running process that is not a server: PostgreSQL alone would give up.
    Files.writeString(
        folder.resolve("postgres/cluster/postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + folder.resolve("postgres/cluster") + "\n0\n0\n\n\n");

    try (var children = ChildProcesses.under(folder);
        var postgres = PostgresServer.start(children, folder)) {
      assertEquals(List.of("1"), EngineClients.query(postgres, "SELECT 1"));
    }
  }

  @Test
  void deletesASnapshotThatRedisCannotRead() throws Exception {
    Files.createDirectories(folder.resolve("redis"));
    Files.writeString(folder.resolve("redis/dump.rdb"), "REDIS9999 from the future");

    try (var children = ChildProcesses.under(folder);
        var redis = RedisServer.start(children, folder)) {
      assertEquals("+PONG", EngineClients.redis(redis, "PING"));
    }
  }

  @Test
  void engineExitPrintsItsLogAndStopsTheOthers() throws Exception {
    Path data = folder.resolve("data");
    Files.createDirectories(data.resolve("postgres/cluster"));
    Files.writeString(data.resolve("postgres/cluster/PG_VERSION"), "9\n");

    try (var children = ChildProcesses.under(folder)) {
      var failure = assertThrows(IOException.class, () -> Engines.start(children, LIBRARIES, data));
      String message = String.valueOf(failure.getMessage());

      assertTrue(message.startsWith("PostgreSQL ended with code"), message);
      assertTrue(message.contains("postgres: could not access the server configuration"), message);
      assertTrue(message.contains("make clean-local"), message);
      try (var lists = Files.list(folder.resolve("processes"))) {
        // Only the line that says whose list it is.
        assertEquals(1, Files.readAllLines(lists.findFirst().orElseThrow()).size());
      }
    }
  }

  @Test
  void missingLibrariesNameTheRemedy() throws Exception {
    try (var children = ChildProcesses.under(folder)) {
      var failure =
          assertThrows(
              IOException.class,
              () -> DynamoDbLocal.start(children, folder.resolve("nowhere"), folder));
      String message = String.valueOf(failure.getMessage());

      assertTrue(message.contains("infra/local/pom.xml"), message);
    }
  }
}
