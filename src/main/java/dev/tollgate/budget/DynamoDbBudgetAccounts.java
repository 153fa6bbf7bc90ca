package dev.tollgate.budget;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.cost.calls.CallArchive;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.DynamoDbCallItem;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.pagination.sync.SdkIterable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Accounts in the {@code prompts} table, one partition for each budget, {@code
 * BUDGET#<scope>#<name>}. {@code P#<period>} holds what is {@code spent}, what is {@code
 * committed}, which is spent or reserved, and what is {@code unconfirmed}. {@code
 * RES#<lapses>#<call>#<id>} is what a call holds, so that a query finds what has lapsed; it then
 * becomes {@code LAPSED#<call>#<id>}, in case its call is heard of after all.
 *
 * <p>Conditions cannot add, so what is committed is kept as a sum of its own. A condition that
 * fails tells how the account stands, which no successful write does: nobody reads before it fails.
 */
@Singleton
class DynamoDbBudgetAccounts implements BudgetAccounts {
  private static final String CONDITION_FAILED = "ConditionalCheckFailed";
  private static final String PERIOD_PREFIX = "P#";
  private static final String RESERVATION_PREFIX = "RES#";
  private static final String EXPIRED_PREFIX = "LAPSED#";

  /** How long to try to write a record down, as long as the table's client does. */
  private static final Duration RESTORE_TIMEOUT = Duration.ofSeconds(3);

  /** About what can be given back while a caller waits. */
  private static final int EXPIRY_PAGE_SIZE = 25;

  private static final long INITIAL_BACKOFF_MILLIS = 8;
  private static final int MAX_BACKOFF_DOUBLINGS = 4;

  private final DynamoDbClient dynamoDb;
  private final Clock clock;
  private final String table;
  private final String callsTable;

  DynamoDbBudgetAccounts(
      DynamoDbClient dynamoDb,
      Clock clock,
      @ConfigProperty(name = "tollgate.prompts.table") String table,
      @ConfigProperty(name = "tollgate.calls.table") String callsTable) {
    this.dynamoDb = dynamoDb;
    this.clock = clock;
    this.table = table;
    this.callsTable = callsTable;
  }

  @Override
  public Decision reserve(Reservation reservation, Instant until) {
    try {
      for (Budget budget : reservation.budgets()) {
        // An account that is not there yet would take any amount.
        if (exceedsHardLimit(budget, BudgetUsage.NONE, reservation.usd())) {
          return new Decision.LimitExceeded(budget, findUsage(budget, reservation, until));
        }
      }
      return tryReserve(reservation, until);
    } catch (SdkException e) {
      throw new BudgetsUnavailableException("the budgets did not answer", e);
    }
  }

  private Decision tryReserve(Reservation reservation, Instant until) {
    Map<BudgetId, BudgetUsage> beyondSoft = new HashMap<>();
    int looks = 0;
    for (int tries = 0; ; tries++) {
      List<TransactWriteItem> writes = new ArrayList<>();
      for (Budget budget : reservation.budgets()) {
        writes.add(
            reserveUpdate(reservation, budget, Optional.ofNullable(beyondSoft.get(budget.id()))));
        writes.add(reservationPut(reservation, budget));
      }
      try {
        // The token makes a repeat change nothing, even if the call was settled since.
        String token = reservation.id() + "-" + looks;
        dynamoDb.transactWriteItems(
            transaction ->
                transaction
                    .transactItems(writes)
                    .clientRequestToken(token)
                    .overrideConfiguration(timeoutUntil(until)));
        return reserved(reservation, beyondSoft);
      } catch (IdempotentParameterMismatchException e) {
        // It came through before, when the accounts stood otherwise.
        return reserved(reservation, beyondSoft);
      } catch (TransactionCanceledException e) {
        boolean learned = false;
        for (int i = 0; i < reservation.budgets().size(); i++) {
          Budget budget = reservation.budgets().get(i);
          if (conditionFailed(e, 2 * i + 1)) {
            return reserved(reservation, beyondSoft);
          }
          if (conditionFailed(e, 2 * i)) {
            BudgetUsage usage = findUsage(e.cancellationReasons().get(2 * i).item());
            if (exceedsHardLimit(budget, usage, reservation.usd())) {
              return new Decision.LimitExceeded(budget, usage);
            }
            beyondSoft.put(budget.id(), usage);
            learned = true;
          }
        }
        if (learned) {
          looks++;
        } else {
          backOff(tries, until, e);
        }
      } catch (SdkException e) {
        rethrowUnlessTransient(e);
        backOff(tries, until, e);
      }
    }
  }

  private static boolean exceedsHardLimit(Budget budget, BudgetUsage usage, BigDecimal usd) {
    return budget
        .hardLimit()
        .filter(limit -> usage.committed().add(usd).compareTo(limit) > 0)
        .isPresent();
  }

  private static Decision reserved(Reservation reservation, Map<BudgetId, BudgetUsage> beyondSoft) {
    return new Decision.Reserved(
        reservation.budgets().stream()
            .filter(budget -> beyondSoft.containsKey(budget.id()))
            .map(
                budget -> {
                  BudgetUsage usage = requireNonNull(beyondSoft.get(budget.id()));
                  return new SoftLimitNotice(
                      budget, usage.spent(), usage.softLimitReachedAt().isEmpty());
                })
            .toList());
  }

  /**
   * Adds to what is committed, if the limits allow it. As long as the soft one is not known to be
   * reached it is a condition as well. Of all who find it reached, one notes when.
   */
  private TransactWriteItem reserveUpdate(
      Reservation reservation, Budget budget, Optional<BudgetUsage> beyondSoft) {
    List<String> conditions = new ArrayList<>();
    Map<String, AttributeValue> values = new HashMap<>();
    String update = "ADD committed :usd";
    values.put(":usd", usd(reservation.usd()));
    if (budget.hardLimit().isPresent()) {
      conditions.add("(attribute_not_exists(committed) OR committed <= :room)");
      values.put(":room", usd(budget.hardLimit().get().subtract(reservation.usd())));
    }
    if (budget.softLimit().isPresent() && beyondSoft.isEmpty()) {
      conditions.add("(attribute_not_exists(spent) OR spent < :soft)");
      values.put(":soft", usd(budget.softLimit().get()));
    }
    if (beyondSoft.filter(it -> it.softLimitReachedAt().isEmpty()).isPresent()) {
      conditions.add("attribute_not_exists(soft_reached)");
      update += " SET soft_reached = :now";
      values.put(":now", fromS(reservation.call().time().toString()));
    }
    Update.Builder write =
        Update.builder()
            .tableName(table)
            .key(accountKey(budget.id(), reservation.period(budget)))
            .updateExpression(update)
            .expressionAttributeValues(values);
    if (!conditions.isEmpty()) {
      write
          .conditionExpression(String.join(" AND ", conditions))
          .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    }
    return TransactWriteItem.builder().update(write.build()).build();
  }

  private TransactWriteItem reservationPut(Reservation reservation, Budget budget) {
    Map<String, AttributeValue> item =
        new HashMap<>(itemKey(budget.id(), reservationKey(reservation)));
    item.put("usd", usd(reservation.usd()));
    item.put("period", fromS(reservation.period(budget)));
    item.put("call", fromS(reservation.call().value()));
    item.put("id", fromS(reservation.id().value()));
    return TransactWriteItem.builder()
        .put(put -> put.tableName(table).item(item).conditionExpression("attribute_not_exists(PK)"))
        .build();
  }

  /**
   * What a call holds of a budget.
   *
   * @param sortKey of the item that says so; absent if there is none
   * @param isExpired whether it was given back already
   */
  private record ReservedAmount(
      BudgetId budget,
      String period,
      BigDecimal usd,
      Optional<String> sortKey,
      boolean isExpired) {}

  @Override
  public void settle(Reservation reservation, CallRecord call, Duration timeout) {
    List<ReservedAmount> held =
        reservation.budgets().stream()
            .map(
                budget ->
                    new ReservedAmount(
                        budget.id(),
                        reservation.period(budget),
                        reservation.usd(),
                        Optional.of(reservationKey(reservation)),
                        false))
            .toList();
    Instant until = clock.instant().plus(timeout);
    try {
      for (int tries = 0; ; tries++) {
        switch (writeRecord(call, held, until)) {
          case WRITTEN, ALREADY_WRITTEN -> {
            return;
          }
          case RESERVATION_MOVED -> held = findReservedAmounts(reservation, until);
          case CONTENDED -> {}
        }
        backOff(tries, until, null);
      }
    } catch (SdkException | BudgetsUnavailableException e) {
      throw new CallNotLoggedException(call.id(), e);
    }
  }

  /** What there is of a reservation: it may have lapsed, or never have come through. */
  private List<ReservedAmount> findReservedAmounts(Reservation reservation, Instant until) {
    return reservation.budgets().stream()
        .map(
            budget ->
                readReservedAmount(budget.id(), reservationKey(reservation), until)
                    .or(
                        () ->
                            readReservedAmount(
                                budget.id(), EXPIRED_PREFIX + reservationName(reservation), until))
                    .orElseGet(
                        () ->
                            new ReservedAmount(
                                budget.id(),
                                reservation.period(budget),
                                BigDecimal.ZERO,
                                Optional.empty(),
                                false)))
        .toList();
  }

  private Optional<ReservedAmount> readReservedAmount(
      BudgetId budget, String sortKey, Instant until) {
    return Optional.of(
            dynamoDb.getItem(
                get ->
                    get.tableName(table)
                        .key(itemKey(budget, sortKey))
                        .consistentRead(true)
                        .overrideConfiguration(timeoutUntil(until))))
        .filter(GetItemResponse::hasItem)
        .map(answer -> reserved(budget, answer.item()));
  }

  @Override
  public boolean restore(CallRecord call, List<Budget> budgets) {
    Instant until = clock.instant().plus(RESTORE_TIMEOUT);
    for (int tries = 0; ; tries++) {
      List<ReservedAmount> held =
          budgets.stream()
              .flatMap(budget -> findUnsettled(budget.id(), call.callId(), until).stream().limit(1))
              .toList();
      switch (writeRecord(call, held, until)) {
        case WRITTEN -> {
          return true;
        }
        case ALREADY_WRITTEN -> {
          return false;
        }
        case RESERVATION_MOVED, CONTENDED -> {}
      }
      backOff(tries, until, null);
    }
  }

  private enum WriteResult {
    WRITTEN,
    /** The record was there before. */
    ALREADY_WRITTEN,
    /** What was held is no longer where it was. */
    RESERVATION_MOVED,
    CONTENDED
  }

  private WriteResult writeRecord(CallRecord call, List<ReservedAmount> held, Instant until) {
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(DynamoDbCallItem.putOnce(callsTable, call));
    for (ReservedAmount each : held) {
      writes.add(settleUpdate(each, call.cost()));
    }
    for (ReservedAmount each : held) {
      each.sortKey()
          .ifPresent(
              key ->
                  writes.add(
                      TransactWriteItem.builder().delete(deletion(each.budget(), key)).build()));
    }
    try {
      dynamoDb.transactWriteItems(
          transaction ->
              transaction.transactItems(writes).overrideConfiguration(timeoutUntil(until)));
      return WriteResult.WRITTEN;
    } catch (TransactionCanceledException e) {
      if (conditionFailed(e, 0)) {
        return WriteResult.ALREADY_WRITTEN;
      }
      return e.cancellationReasons().stream()
              .anyMatch(reason -> CONDITION_FAILED.equals(reason.code()))
          ? WriteResult.RESERVATION_MOVED
          : WriteResult.CONTENDED;
    } catch (SdkException e) {
      rethrowUnlessTransient(e);
      return WriteResult.CONTENDED;
    }
  }

  /** Asks the client for an answer by then. It would refuse to give no time at all. */
  private AwsRequestOverrideConfiguration timeoutUntil(Instant until) {
    Duration left = Duration.between(clock.instant(), until);
    return AwsRequestOverrideConfiguration.builder()
        .apiCallTimeout(left.isPositive() ? left : Duration.ofMillis(1))
        .build();
  }

  /** What lapsed is committed no longer, and unconfirmed instead. */
  private TransactWriteItem settleUpdate(ReservedAmount held, BigDecimal cost) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":cost", usd(cost));
    values.put(":change", usd(held.isExpired() ? cost : cost.subtract(held.usd())));
    String update = "ADD spent :cost, committed :change";
    if (held.isExpired()) {
      values.put(":lapsed", usd(held.usd().negate()));
      update += ", unconfirmed :lapsed";
    }
    return update(accountKey(held.budget(), held.period()), update, values);
  }

  @Override
  public int releaseExpired(BudgetId budget, Instant now, Instant until) {
    SdkIterable<Map<String, AttributeValue>> expired =
        dynamoDb
            .queryPaginator(
                query ->
                    query
                        .tableName(table)
                        .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :now")
                        .expressionAttributeValues(
                            Map.of(
                                ":pk", fromS(partition(budget)),
                                ":first", fromS(RESERVATION_PREFIX),
                                ":now", fromS(RESERVATION_PREFIX + millis(now))))
                        .consistentRead(true)
                        .limit(EXPIRY_PAGE_SIZE)
                        .overrideConfiguration(timeoutUntil(until)))
            .items();
    int released = 0;
    try {
      Iterator<Map<String, AttributeValue>> holds = expired.iterator();
      while (clock.instant().isBefore(until) && holds.hasNext()) {
        if (releaseOne(budget, holds.next(), until)) {
          released++;
        }
      }
    } catch (ApiCallTimeoutException e) {
      // The time is over.
    }
    return released;
  }

  /** Whether it was there to be released: somebody else may do the same, or settle it. */
  private boolean releaseOne(BudgetId budget, Map<String, AttributeValue> hold, Instant until) {
    CallId call = new CallId(text(hold, "call"));
    Map<String, AttributeValue> expired = new HashMap<>(hold);
    expired.putAll(itemKey(budget, EXPIRED_PREFIX + call + "#" + text(hold, "id")));
    // As long as the record can be replayed.
    expired.put(
        "expires_at",
        fromN(
            Long.toString(
                call.time().plus(Duration.ofDays(CallArchive.RETENTION_DAYS)).getEpochSecond())));
    BigDecimal usd = amount(hold, "usd");
    try {
      dynamoDb.transactWriteItems(
          transaction ->
              transaction
                  .transactItems(
                      update(
                          accountKey(budget, text(hold, "period")),
                          "ADD committed :less, unconfirmed :usd",
                          Map.of(":less", usd(usd.negate()), ":usd", usd(usd))),
                      TransactWriteItem.builder()
                          .delete(deletion(budget, text(hold, "SK")))
                          .build(),
                      TransactWriteItem.builder()
                          .put(put -> put.tableName(table).item(expired))
                          .build())
                  .overrideConfiguration(timeoutUntil(until)));
      return true;
    } catch (TransactionCanceledException | TransactionInProgressException e) {
      // If it is still there, the next one who looks releases it.
      return false;
    }
  }

  @Override
  public BudgetUsage findUsage(Budget budget, Instant now) {
    String period = budget.period().key(now);
    BudgetUsage recorded = BudgetUsage.NONE;
    BigDecimal expired = BigDecimal.ZERO;
    for (Map<String, AttributeValue> item :
        dynamoDb
            .queryPaginator(
                query ->
                    query
                        .tableName(table)
                        .keyConditionExpression("PK = :pk AND SK BETWEEN :period AND :now")
                        .expressionAttributeValues(
                            Map.of(
                                ":pk", fromS(partition(budget.id())),
                                ":period", fromS(PERIOD_PREFIX + period),
                                ":now", fromS(RESERVATION_PREFIX + millis(now))))
                        .consistentRead(true))
            .items()) {
      String key = text(item, "SK");
      if (key.equals(PERIOD_PREFIX + period)) {
        recorded = findUsage(item);
      } else if (key.startsWith(RESERVATION_PREFIX) && text(item, "period").equals(period)) {
        expired = expired.add(amount(item, "usd"));
      }
    }
    return new BudgetUsage(
        recorded.spent(),
        recorded.reserved().subtract(expired),
        recorded.unconfirmed().add(expired),
        recorded.softLimitReachedAt());
  }

  private BudgetUsage findUsage(Budget budget, Reservation reservation, Instant until) {
    return findUsage(
        dynamoDb
            .getItem(
                get ->
                    get.tableName(table)
                        .key(accountKey(budget.id(), reservation.period(budget)))
                        .consistentRead(true)
                        .overrideConfiguration(timeoutUntil(until)))
            .item());
  }

  private static BudgetUsage findUsage(Map<String, AttributeValue> account) {
    BigDecimal spent = amount(account, "spent");
    return new BudgetUsage(
        spent,
        amount(account, "committed").subtract(spent),
        amount(account, "unconfirmed"),
        Optional.ofNullable(account.get("soft_reached")).map(time -> Instant.parse(time.s())));
  }

  /**
   * All that a call holds or held of a budget and that was not settled. What is held is looked for
   * first: it may lapse meanwhile, and nothing goes the other way.
   */
  private List<ReservedAmount> findUnsettled(BudgetId budget, CallId call, Instant until) {
    List<ReservedAmount> held = new ArrayList<>();
    dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :hold)")
                    .filterExpression("#call = :call")
                    .expressionAttributeNames(Map.of("#call", "call"))
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(partition(budget)),
                            ":hold", fromS(RESERVATION_PREFIX),
                            ":call", fromS(call.value())))
                    .consistentRead(true)
                    .overrideConfiguration(timeoutUntil(until)))
        .items()
        .forEach(item -> held.add(reserved(budget, item)));
    dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :lapsed)")
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(partition(budget)),
                            ":lapsed", fromS(EXPIRED_PREFIX + call + "#")))
                    .consistentRead(true)
                    .overrideConfiguration(timeoutUntil(until)))
        .items()
        .forEach(item -> held.add(reserved(budget, item)));
    return held;
  }

  private static ReservedAmount reserved(BudgetId budget, Map<String, AttributeValue> item) {
    String key = text(item, "SK");
    return new ReservedAmount(
        budget,
        text(item, "period"),
        amount(item, "usd"),
        Optional.of(key),
        key.startsWith(EXPIRED_PREFIX));
  }

  private TransactWriteItem update(
      Map<String, AttributeValue> key, String expression, Map<String, AttributeValue> values) {
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(table)
                    .key(key)
                    .updateExpression(expression)
                    .expressionAttributeValues(values))
        .build();
  }

  private Delete deletion(BudgetId budget, String sortKey) {
    return Delete.builder()
        .tableName(table)
        .key(itemKey(budget, sortKey))
        .conditionExpression("attribute_exists(PK)")
        .build();
  }

  private static boolean conditionFailed(TransactionCanceledException cancelled, int write) {
    List<CancellationReason> reasons = cancelled.cancellationReasons();
    return write < reasons.size() && CONDITION_FAILED.equals(reasons.get(write).code());
  }

  /** Throws on what will not get better by waiting: a table that is away, or a fault of ours. */
  private static void rethrowUnlessTransient(SdkException fault) {
    boolean passes =
        fault instanceof TransactionInProgressException
            || (fault instanceof AwsServiceException refused && refused.isThrottlingException());
    if (!passes) {
      throw fault;
    }
  }

  /** Lets others go first, for a random time that doubles with the tries. */
  private void backOff(int tries, Instant until, @Nullable Throwable cause) {
    long millis =
        ThreadLocalRandom.current()
            .nextLong(1, INITIAL_BACKOFF_MILLIS << Math.min(tries, MAX_BACKOFF_DOUBLINGS));
    if (!clock.instant().plusMillis(millis).isBefore(until)) {
      throw new BudgetsUnavailableException(
          "too many calls change the same budgets at once", cause);
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BudgetsUnavailableException("interrupted while waiting for other calls", e);
    }
  }

  private static Map<String, AttributeValue> accountKey(BudgetId budget, String period) {
    return itemKey(budget, PERIOD_PREFIX + period);
  }

  private static String reservationKey(Reservation reservation) {
    return RESERVATION_PREFIX
        + millis(reservation.expiresAt())
        + "#"
        + reservationName(reservation);
  }

  private static String reservationName(Reservation reservation) {
    return reservation.call() + "#" + reservation.id();
  }

  /** Sorts as the times do. */
  private static String millis(Instant time) {
    return "%015d".formatted(time.toEpochMilli());
  }

  private static Map<String, AttributeValue> itemKey(BudgetId budget, String sortKey) {
    return Map.of("PK", fromS(partition(budget)), "SK", fromS(sortKey));
  }

  private static String partition(BudgetId budget) {
    return "BUDGET#" + budget.scope().id() + "#" + budget.name();
  }

  private static AttributeValue usd(BigDecimal amount) {
    return fromN(amount.toPlainString());
  }

  private static BigDecimal amount(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name))
        .map(value -> new BigDecimal(value.n()))
        .orElse(BigDecimal.ZERO);
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name).s();
  }
}
