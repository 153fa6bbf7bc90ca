package dev.tollgate.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Generated calls. Two hundred users belong to eight teams; each team has three features, and each
 * feature its prompt, with a new version every week, and its model, with another one for every
 * fifth call. A third of the calls are cache hits, and every hundredth fails.
 */
final class LedgerFixture {
  private static final int USERS = 200;
  private static final int TEAMS = 8;

  /** Builds the roll-ups of the calls that are already in the ledger. */
  private static final String MIGRATION = "/db/migration/V2__reports.sql";

  private static final String FILL =
      """
      INSERT INTO llm_call (
        time, id, call_id, is_final, key_id, team, user_id, endpoint, provider, requested_model,
        model, prompt, prompt_version, input_tokens, cache_read_tokens, cache_write_5m_tokens,
        cache_write_1h_tokens, output_tokens, reasoning_tokens, cost_usd, avoided_cost_usd,
        price_id, price_status, cache, finish_reason, status, failure, latency_ms, purpose)
      SELECT
        to_timestamp(ms / 1000.0), id, id, true, 'key_' || team, 'team_' || team, 'user_' || "user",
        '/feature/' || feature, 'anthropic', model, model, 'prompt_' || feature,
        1 + (ms / 604800000) %% 100, tokens, CASE WHEN cached THEN 0 ELSE tokens * 2 END, 0, 0,
        tokens / 4, 0, CASE WHEN cached THEN 0 ELSE tokens * 0.0000127 END,
        CASE WHEN cached THEN tokens * 0.0000127 ELSE 0 END, 'anthropic/' || model || '@2026-01-01',
        'priced', CASE WHEN cached THEN 'exact' ELSE 'none' END,
        CASE WHEN failed THEN NULL ELSE 'end_turn' END,
        CASE WHEN failed THEN 'error' ELSE 'ok' END,
        CASE WHEN failed THEN 'overloaded_error' END,
        CASE WHEN cached THEN 4 ELSE 300 + tokens * 2 END, 'live'
      FROM (
        SELECT
          ms, n %% 200 AS "user", n %% 8 AS team, feature, failed,
          NOT failed AND hash / 7 %% 3 = 0 AS cached, 400 + hash %% 2900 AS tokens,
          'claude-model-' || (feature + (hash / 31 %% 5 = 0)::integer) %% 6 AS model,
          %s || upper(lpad(to_hex(n), 16, '0')) AS id
        FROM (
          SELECT
            n, hash, ms, n %% 8 * 3 + hash %% 3 AS feature, hash / 101 %% 100 = 0 AS failed
          FROM (
            SELECT n, hashint4(n)::bigint & 2147483647 AS hash, ? + (n * ?)::bigint AS ms
            FROM generate_series(0, ? - 1) AS n
          ) AS numbered
        ) AS shaped
      ) AS call
      """
          .formatted(ulidTime("ms"));

  private static final ObjectMapper JSON = new ObjectMapper();

  private LedgerFixture() {}

  /** The first ten characters of a ULID of that many milliseconds. */
  private static String ulidTime(String ms) {
    return IntStream.iterate(45, bits -> bits >= 0, bits -> bits - 5)
        .mapToObj(
            bits ->
                "substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((%s >> %d) & 31)::integer + 1, 1)"
                    .formatted(ms, bits))
        .collect(Collectors.joining(" || "));
  }

  /** Replaces what is in the ledger by so many calls, spread evenly over a period until now. */
  static void fill(Connection ledger, int calls, Duration period) throws SQLException, IOException {
    try (Statement statement = ledger.createStatement();
        PreparedStatement fill = ledger.prepareStatement(FILL)) {
      statement.execute("SET synchronous_commit = off");
      statement.execute("TRUNCATE llm_call, cost_daily, cost_daily_user, cost_daily_detail");
      fill.setLong(1, Instant.now().minus(period).toEpochMilli());
      fill.setDouble(2, (double) period.toMillis() / calls);
      fill.setInt(3, calls);
      fill.execute();
      for (String rollUp : rollUps()) {
        statement.execute(rollUp);
      }
      statement.execute("VACUUM ANALYZE");
    }
  }

  private static List<String> rollUps() throws IOException {
    try (InputStream migration = LedgerFixture.class.getResourceAsStream(MIGRATION)) {
      return Arrays.stream(new String(migration.readAllBytes(), StandardCharsets.UTF_8).split(";"))
          .map(String::strip)
          .filter(statement -> statement.startsWith("INSERT INTO"))
          .toList();
    }
  }

  /** What the calls table's stream would invoke the ledger with after so many calls. */
  static byte[] batch(int calls, int first, Instant time) {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (int n = first; n < first + calls; n++) {
      String id = UlidCreator.getUlid(time.toEpochMilli()).toString();
      int team = n % TEAMS;
      int feature = team * 3 + n / USERS % 3;
      ObjectNode image =
          records
              .addObject()
              .put("eventName", "INSERT")
              .putObject("dynamodb")
              .putObject("NewImage");
      text(image, "id", id);
      text(image, "call_id", id);
      image.putObject("final").put("BOOL", true);
      text(image, "time", time.toString());
      text(image, "key_id", "key_" + team);
      text(image, "team", "team_" + team);
      text(image, "user_id", "user_" + n % USERS);
      text(image, "endpoint", "/feature/" + feature);
      text(image, "provider", "anthropic");
      text(image, "requested_model", "claude-haiku-4-5");
      text(image, "model", "claude-haiku-4-5");
      text(image, "prompt", "prompt_" + feature);
      number(image, "prompt_version", "1");
      number(image, "input_tokens", "812");
      number(image, "cache_read_tokens", "1024");
      number(image, "cache_write_5m_tokens", "0");
      number(image, "cache_write_1h_tokens", "0");
      number(image, "output_tokens", "97");
      number(image, "reasoning_tokens", "0");
      number(image, "cost_usd", "0.0013994");
      number(image, "avoided_cost_usd", "0");
      number(image, "prompt_cache_read_savings_usd", "0.0009216");
      number(image, "prompt_cache_write_premium_usd", "0");
      text(image, "price_id", "anthropic/claude-haiku-4-5@2026-01-01");
      text(image, "price_status", "priced");
      text(image, "cache", "none");
      text(image, "finish_reason", "end_turn");
      text(image, "status", "ok");
      number(image, "latency_ms", Integer.toString(300 + n % 4000));
      text(image, "purpose", "live");
    }
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void text(ObjectNode image, String field, String value) {
    image.putObject(field).put("S", value);
  }

  private static void number(ObjectNode image, String field, String value) {
    image.putObject(field).put("N", value);
  }
}
