package dev.tollgate.local.chaos;

import dev.tollgate.local.engine.PostgresServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What the stores hold of calls, read past Tollgate. */
final class StoreSnapshots {
  private static final String SPILLED_CALL_MARKER = "{\"spilled_call\":";

  private StoreSnapshots() {}

  /**
   * The record of an attempt, as far as it is compared.
   *
   * @param modelCalled whether a model was asked that may have answered
   */
  record CallEntry(
      String callId, String team, boolean isFinal, BigDecimal cost, boolean modelCalled) {
    CallEntry {
      cost = cost.stripTrailingZeros();
    }
  }

  /** All of the calls table, by the id of the attempt. */
  static Map<String, CallEntry> readCallsTable(TestBed testBed) {
    Map<String, CallEntry> entries = new HashMap<>();
    testBed
        .cloud()
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName("tollgate-CallsTable").consistentRead(true))
        .items()
        .forEach(item -> entries.put(text(item, "id"), entry(item)));
    return entries;
  }

  /** How many calls have ended, as the calls table has them. */
  static long countEnded(TestBed testBed) {
    return readCallsTable(testBed).values().stream().filter(CallEntry::isFinal).count();
  }

  /** How many calls of tests each version of a prompt has answered, as the calls table has them. */
  static Map<Integer, Long> countTestCalls(TestBed testBed, String prompt) {
    return testBed
        .cloud()
        .dynamoDb()
        .scanPaginator(scan -> scan.tableName("tollgate-CallsTable").consistentRead(true))
        .items()
        .stream()
        .filter(
            item ->
                item.containsKey("prompt")
                    && text(item, "prompt").equals(prompt)
                    && text(item, "purpose").equals("regression")
                    && entry(item).isFinal())
        .collect(
            Collectors.groupingBy(
                item -> number(item, "prompt_version").intValueExact(), Collectors.counting()));
  }

  private static CallEntry entry(Map<String, AttributeValue> item) {
    return new CallEntry(
        text(item, "call_id"),
        text(item, "team"),
        attribute(item, "final").bool(),
        number(item, "cost_usd"),
        number(item, "output_tokens").signum() > 0
            || (item.containsKey("failure") && text(item, "failure").equals("timeout")));
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return attribute(item, name).s();
  }

  private static BigDecimal number(Map<String, AttributeValue> item, String name) {
    return new BigDecimal(attribute(item, name).n());
  }

  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null) {
      throw new IllegalStateException("a record of a call has no " + name + ": " + item);
    }
    return value;
  }

  /** All of the ledger, by the id of the attempt. */
  static Map<String, CallEntry> readLedger(TestBed testBed) throws SQLException {
    Map<String, CallEntry> entries = new HashMap<>();
    PostgresServer postgres = testBed.cloud().engines().postgres();
    try (Connection connection =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT id, call_id, team, is_final, cost_usd,
                  output_tokens > 0 OR failure IS NOT DISTINCT FROM 'timeout' AS asked
                FROM llm_call
                """)) {
      while (row.next()) {
        entries.put(
            row.getString("id"),
            new CallEntry(
                row.getString("call_id"),
                row.getString("team"),
                row.getBoolean("is_final"),
                row.getBigDecimal("cost_usd"),
                row.getBoolean("asked")));
      }
    }
    return entries;
  }

  /** How many answers models have given beyond those that are recorded. */
  static long countUnrecorded(TestBed testBed, Map<String, CallEntry> recorded) {
    long asked = recorded.values().stream().filter(CallEntry::modelCalled).count();
    return testBed.cloud().model().orElseThrow().answerCount() - asked;
  }

  /**
   * The records that functions wrote into their logs, in place of the calls table, line by line.
   */
  static List<String> readSpilledLines(TestBed testBed) throws IOException {
    List<String> lines = new ArrayList<>();
    try (var logs = Files.newDirectoryStream(testBed.data().resolve("logs"), "*.log")) {
      for (Path log : logs) {
        // Byte by byte, for a killed process may have left half a character.
        try (var all = Files.lines(log, StandardCharsets.ISO_8859_1)) {
          all.filter(line -> line.contains(SPILLED_CALL_MARKER)).forEach(lines::add);
        }
      }
    }
    return lines;
  }

  /** The calls that lines of a log tell of. */
  static Set<String> spilledCallIds(List<String> spilled) throws IOException {
    Set<String> calls = new HashSet<>();
    for (String line : spilled) {
      calls.add(
          ApiClient.JSON
              .readTree(line.substring(line.indexOf(SPILLED_CALL_MARKER)))
              .path("spilled_call")
              .path("call_id")
              .asText());
    }
    return calls;
  }
}
