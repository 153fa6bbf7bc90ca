package dev.tollgate;

import dev.tollgate.local.LocalAws;
import dev.tollgate.local.engine.Engines;
import dev.tollgate.local.process.ChildProcesses;
import dev.tollgate.local.template.SamTemplate;
import dev.tollgate.local.template.TableDefinition;
import dev.tollgate.local.template.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The real engines, started once for all tests that need no local cloud around them. */
public final class TestEngines {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();
  private static final TestEngines INSTANCE = start();

  private final Engines engines;
  private final DynamoDbClient dynamoDb;

  private TestEngines(Engines engines) {
    this.engines = engines;
    this.dynamoDb = LocalAws.dynamoDb(engines.dynamoDb().endpoint());
  }

  private static TestEngines start() {
    try {
      Path data = Files.createDirectories(Path.of("target/test-engines"));
      ChildProcesses children =
          ChildProcesses.under(Files.createTempDirectory(data, "run").toAbsolutePath());
      Engines engines =
          Engines.start(
              children,
              Path.of("target/infra-local/dynamodb"),
              Files.createTempDirectory(data, "data").toAbsolutePath());
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    engines.close();
                    children.close();
                  }));
      return new TestEngines(engines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public static Engines engines() {
    return INSTANCE.engines;
  }

  public static DynamoDbClient dynamoDb() {
    return INSTANCE.dynamoDb;
  }

  /** Makes an empty table as the template defines it and returns its name. */
  public static String table(String logicalId) {
    try {
      TableDefinition table =
          SamTemplate.read(Path.of("template.yaml"), Map.of()).tables().stream()
              .filter(each -> each.logicalId().equals(logicalId))
              .findFirst()
              .orElseThrow();
      String name = logicalId + "-" + UUID.randomUUID();
      Tables.create(
          List.of(
              new TableDefinition(
                  table.logicalId(),
                  name,
                  table.keys(),
                  table.attributes(),
                  table.timeToLive(),
                  table.streamViewType(),
                  table.indexes())),
          INSTANCE.dynamoDb);
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an empty schema and returns a source of connections to it. */
  public static PGSimpleDataSource database() throws SQLException {
    String schema = "test_" + SCHEMAS.incrementAndGet();
    String url = engines().postgres().jdbcUrl();
    try (Connection connection = dataSource(url).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + schema);
    }
    PGSimpleDataSource source = dataSource(url);
    source.setCurrentSchema(schema);
    return source;
  }

  private static PGSimpleDataSource dataSource(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setUser(engines().postgres().user());
    return source;
  }
}
