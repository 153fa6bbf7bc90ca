package dev.tollgate.cost.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tollgate.cost.calls.CallField;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.cost.pricing.Cost;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.cost.pricing.PromptCacheSavings;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;

/** Repricing in PostgreSQL. The adjustments change the roll-ups in the same transaction. */
@Singleton
class PostgresRepricing implements Repricing {
  private static final String CALLS_SQL =
      """
      SELECT time, id, provider, model, %s,
        cost_usd + adjusted.difference_usd AS cost_usd,
        coalesce(adjusted.price_id, call.price_id) AS price_id,
        coalesce(adjusted.price_status, call.price_status) AS price_status, adjusted.times,
        call.price_status = 'estimated' AND failure IS NOT NULL AND output_tokens = 0 AS unanswered
      FROM llm_call AS call, LATERAL (
        SELECT count(*) AS times, coalesce(sum(difference_usd), 0) AS difference_usd,
          (array_agg(to_price_id ORDER BY number DESC))[1] AS price_id,
          (array_agg(to_price_status ORDER BY number DESC))[1] AS price_status
        FROM price_adjustment
        WHERE price_adjustment.time = call.time AND price_adjustment.id = call.id
      ) AS adjusted
      WHERE time >= ? AND time < ? AND (time, id) > (?, ?)
      ORDER BY time, id LIMIT ?
      """
          .formatted(PostgresCallColumns.USAGE_SQL);

  private static final String ADJUST_SQL =
      """
      WITH batch AS (
        SELECT * FROM jsonb_to_recordset(?::jsonb) AS a(
          time timestamptz, id text, number integer, from_price_id text, to_price_id text,
          to_price_status text, difference_usd numeric, estimated_difference_usd numeric,
          made_by text)
      ), inserted AS (
        INSERT INTO price_adjustment (
          time, id, number, from_price_id, to_price_id, to_price_status, difference_usd,
          estimated_difference_usd, made_by)
        SELECT * FROM batch
        RETURNING *
      ), changes AS (
        SELECT %s, difference_usd AS adjustment_usd,
          estimated_difference_usd AS estimated_cost_usd
        FROM llm_call JOIN inserted USING (time, id)
      ), %s
      SELECT count(*) FROM inserted
      """
          .formatted(
              RollUp.CALL_DIMENSIONS_SQL,
              RollUp.upsertSql("changes", List.of("adjustment_usd", "estimated_cost_usd")));

  private final DataSource database;
  private final PostgresCostLedger ledger;

  PostgresRepricing(DataSource database, PostgresCostLedger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  /**
   * A call with its current price.
   *
   * @param adjustmentCount the number of its adjustments
   * @param unanswered whether only Tollgate counted its tokens, since there was no response
   */
  private record PricedCall(
      CallId id,
      String provider,
      String model,
      Usage usage,
      Cost cost,
      int adjustmentCount,
      boolean unanswered) {
    boolean hasEstimatedTokens() {
      return unanswered || cost.hasEstimatedTokens(usage);
    }
  }

  @Override
  public Page reprice(
      Scope scope, PriceBook prices, Optional<CallId> after, int maxCalls, Optional<String> actor) {
    ledger.migrate();
    List<PricedCall> calls = new ArrayList<>();
    List<Difference> differences = new ArrayList<>();
    PostgresTransaction.run(
        database,
        connection -> {
          if (actor.isPresent()) {
            lockAdjustments(connection);
          }
          calls.addAll(calls(connection, scope, after, maxCalls));
          ArrayNode adjustments = JsonNodes.array();
          for (PricedCall call : calls) {
            findCorrection(call, scope, prices)
                .ifPresent(
                    cost -> {
                      differences.add(difference(call, cost));
                      actor.ifPresent(key -> add(adjustments, call, cost, key));
                    });
          }
          if (!adjustments.isEmpty()) {
            adjust(connection, adjustments);
          }
        });
    return new Page(
        calls.stream().filter(call -> scope.includes(call.model())).count(),
        differences,
        calls.size() < maxCalls ? Optional.empty() : Optional.of(calls.getLast().id()));
  }

  /** Finds the cost by the book, if its amount or its certainty differs. */
  private static Optional<Cost> findCorrection(PricedCall call, Scope scope, PriceBook prices) {
    if (!scope.includes(call.model())) {
      return Optional.empty();
    }
    return Provider.find(call.provider())
        .map(provider -> prices.findPrice(provider, call.model(), call.id().time()))
        .map(price -> call.hasEstimatedTokens() ? price.asEstimated() : price)
        .map(price -> price.cost(call.usage()))
        .filter(cost -> differs(call.cost(), cost));
  }

  private static Difference difference(PricedCall call, Cost cost) {
    return new Difference(call.provider(), call.model(), 1, call.cost().usd(), cost.usd());
  }

  /** Serialises repricing: a second one must see the adjustments of the first. */
  private static void lockAdjustments(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE price_adjustment IN SHARE ROW EXCLUSIVE MODE");
    }
  }

  private static List<PricedCall> calls(
      Connection connection, Scope scope, Optional<CallId> after, int maxCalls)
      throws SQLException {
    OffsetDateTime start = scope.from().atStartOfDay().atOffset(ZoneOffset.UTC);
    try (PreparedStatement statement = connection.prepareStatement(CALLS_SQL)) {
      statement.setObject(1, start);
      statement.setObject(2, scope.to().plusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC));
      statement.setObject(3, after.map(id -> id.time().atOffset(ZoneOffset.UTC)).orElse(start));
      statement.setString(4, after.map(CallId::value).orElse(""));
      statement.setInt(5, maxCalls);
      try (ResultSet row = statement.executeQuery()) {
        List<PricedCall> calls = new ArrayList<>();
        while (row.next()) {
          calls.add(priced(row));
        }
        return calls;
      }
    }
  }

  private static PricedCall priced(ResultSet row) throws SQLException {
    return new PricedCall(
        new CallId(row.getString("id")),
        row.getString("provider"),
        row.getString("model"),
        CallRecordJson.readUsage(PostgresCallColumns.toJson(row, CallField.usage())),
        new Cost(
            Money.normalize(row.getBigDecimal("cost_usd")),
            PromptCacheSavings.NONE,
            row.getString("price_id"),
            Price.Status.valueOf(row.getString("price_status").toUpperCase(Locale.ROOT))),
        row.getInt("times"),
        row.getBoolean("unanswered"));
  }

  private static boolean differs(Cost before, Cost after) {
    return before.usd().compareTo(after.usd()) != 0
        || estimatedPart(before).compareTo(estimatedPart(after)) != 0;
  }

  private static BigDecimal estimatedPart(Cost cost) {
    return cost.isEstimated() ? cost.usd() : BigDecimal.ZERO;
  }

  private static void add(ArrayNode adjustments, PricedCall call, Cost cost, String actor) {
    adjustments
        .addObject()
        .put("time", call.id().time().toString())
        .put("id", call.id().value())
        .put("number", call.adjustmentCount() + 1)
        .put("from_price_id", call.cost().priceId())
        .put("to_price_id", cost.priceId())
        .put("to_price_status", cost.status().id())
        .put("difference_usd", cost.usd().subtract(call.cost().usd()))
        .put("estimated_difference_usd", estimatedPart(cost).subtract(estimatedPart(call.cost())))
        .put("made_by", actor);
  }

  private static void adjust(Connection connection, ArrayNode adjustments) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ADJUST_SQL)) {
      statement.setString(1, adjustments.toString());
      statement.execute();
    }
  }
}
