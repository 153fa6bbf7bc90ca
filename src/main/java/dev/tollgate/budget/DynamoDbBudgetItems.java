package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallArchive;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Keys and attributes of budget accounts in the {@code prompts} table. Each budget has a partition,
 * {@code BUDGET#<scope>#<name>}:
 *
 * <ul>
 *   <li>{@code P#<period>} is an account: the amount {@code spent}, the amount {@code committed},
 *       which is spent plus reserved, and the amount {@code unconfirmed}.
 *   <li>{@code RES#<expiry>#<call>#<id>} is a reservation, so that a query finds expired ones.
 *   <li>{@code LAPSED#<call>#<id>} is an expired reservation, in case its call reports back.
 * </ul>
 */
final class DynamoDbBudgetItems {
  static final String RESERVATION_PREFIX = "RES#";
  private static final String PERIOD_PREFIX = "P#";
  private static final String EXPIRED_PREFIX = "LAPSED#";

  private DynamoDbBudgetItems() {}

  /**
   * The amount that a call reserved of a budget.
   *
   * @param key of the reservation; absent if there is none
   * @param isExpired whether the reservation was released
   */
  record ReservedAmount(
      BudgetId budget,
      String period,
      BigDecimal usd,
      Optional<DynamoDbKey> key,
      boolean isExpired) {
    static ReservedAmount none(BudgetId budget, String period) {
      return new ReservedAmount(budget, period, BigDecimal.ZERO, Optional.empty(), false);
    }
  }

  static String partition(BudgetId budget) {
    return "BUDGET#" + budget.scope().id() + "#" + budget.name();
  }

  static DynamoDbKey accountKey(BudgetId budget, String period) {
    return new DynamoDbKey(partition(budget), PERIOD_PREFIX + period);
  }

  static DynamoDbKey reservationKey(BudgetId budget, Reservation reservation) {
    return new DynamoDbKey(
        partition(budget),
        reservationsUntil(reservation.expiresAt())
            + "#"
            + reservation.call()
            + "#"
            + reservation.id());
  }

  /** The sort key of the last reservation that expires before a time. Digits sort as times do. */
  static String reservationsUntil(Instant time) {
    return RESERVATION_PREFIX + "%015d".formatted(time.toEpochMilli());
  }

  static DynamoDbKey expiredKey(BudgetId budget, CallId call, String id) {
    return new DynamoDbKey(partition(budget), expiredPrefix(call) + id);
  }

  static String expiredPrefix(CallId call) {
    return EXPIRED_PREFIX + call + "#";
  }

  static boolean isReservation(DynamoDbItem item) {
    return item.text(DynamoDbKey.SORT_KEY).startsWith(RESERVATION_PREFIX);
  }

  static Map<String, AttributeValue> toItem(Reservation reservation, Budget budget) {
    return DynamoDbItem.builder(reservationKey(budget.id(), reservation))
        .put("usd", reservation.usd())
        .put("period", reservation.period(budget))
        .put("call", reservation.call().value())
        .put("id", reservation.id().value())
        .build();
  }

  /** The item that replaces a reservation. It is kept as long as the record can be restored. */
  static Map<String, AttributeValue> toExpiredItem(BudgetId budget, DynamoDbItem reservation) {
    CallId call = new CallId(reservation.text("call"));
    return DynamoDbItem.builder()
        .putAll(reservation.attributes())
        .putAll(expiredKey(budget, call, reservation.text("id")).toMap())
        .putSeconds("expires_at", call.time().plus(Duration.ofDays(CallArchive.RETENTION_DAYS)))
        .build();
  }

  /** Reads a reservation, expired or not. */
  static ReservedAmount toReservedAmount(BudgetId budget, DynamoDbItem item) {
    String sortKey = item.text(DynamoDbKey.SORT_KEY);
    return new ReservedAmount(
        budget,
        item.text("period"),
        item.decimalOrZero("usd"),
        Optional.of(new DynamoDbKey(partition(budget), sortKey)),
        sortKey.startsWith(EXPIRED_PREFIX));
  }

  /** Reads an account. One without attributes is empty. */
  static BudgetUsage toUsage(DynamoDbItem item) {
    BigDecimal spent = item.decimalOrZero("spent");
    return new BudgetUsage(
        spent,
        item.decimalOrZero("committed").subtract(spent),
        item.decimalOrZero("unconfirmed"),
        item.findTime("soft_reached"));
  }
}
