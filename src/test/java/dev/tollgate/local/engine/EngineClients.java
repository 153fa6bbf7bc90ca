package dev.tollgate.local.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The least that a test needs to talk to each engine. */
final class EngineClients {
  private EngineClients() {}

  static Connection connect(PostgresServer postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "");
  }

  static void sql(PostgresServer postgres, String statement) throws SQLException {
    try (var connection = connect(postgres);
        var executing = connection.createStatement()) {
      executing.execute(statement);
    }
  }

  /** Returns the first column. */
  static List<String> query(PostgresServer postgres, String query) throws SQLException {
    try (var connection = connect(postgres);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var column = new ArrayList<String>();
      while (rows.next()) {
        column.add(rows.getString(1));
      }
      return column;
    }
  }

  /** Returns the first line of the answer as the protocol has it. */
  static String redis(RedisServer redis, String command) throws IOException {
    try (var socket = new Socket(redis.url().getHost(), redis.url().getPort());
        var answer =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      return answer.readLine();
    }
  }

  static final class DynamoDb implements AutoCloseable {
    private final DynamoDbClient client;

    DynamoDb(URI endpoint) {
      client =
          DynamoDbClient.builder()
              .endpointOverride(endpoint)
              .region(Region.US_EAST_1)
              .credentialsProvider(
                  StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
              .httpClient(UrlConnectionHttpClient.create())
              .build();
    }

    void createTable(String table) {
      client.createTable(
          request ->
              request
                  .tableName(table)
                  .billingMode(BillingMode.PAY_PER_REQUEST)
                  .attributeDefinitions(
                      id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                  .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH)));
    }

    void put(String table, String id) {
      client.putItem(
          request -> request.tableName(table).item(Map.of("id", AttributeValue.fromS(id))));
    }

    Map<String, AttributeValue> get(String table, String id) {
      return client
          .getItem(request -> request.tableName(table).key(Map.of("id", AttributeValue.fromS(id))))
          .item();
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
