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
  private static final String FAILED = "ConditionalCheckFailed";
  private static final String ACCOUNT = "P#";
  private static final String HOLD = "RES#";
  private static final String LAPSED = "LAPSED#";

  /** How long to try to write a record down, as long as the table's client does. */
  private static final Duration RESTORING = Duration.ofSeconds(3);

  /** About what can be given back while a caller waits. */
  private static final int LAPSED_AT_ONCE = 25;

  private static final long FIRST_PAUSE_MILLIS = 8;
  private static final int MOST_DOUBLINGS = 4;

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
        if (isShort(budget, Standing.NONE, reservation.usd())) {
          return new Decision.Short(budget, standing(budget, reservation, until));
        }
      }
      return tryReserving(reservation, until);
    } catch (SdkException e) {
      throw new BudgetsUnavailableException("the budgets did not answer", e);
    }
  }

  private Decision tryReserving(Reservation reservation, Instant until) {
    Map<BudgetId, Standing> beyondSoft = new HashMap<>();
    int looks = 0;
    for (int tries = 0; ; tries++) {
      List<TransactWriteItem> writes = new ArrayList<>();
      for (Budget budget : reservation.budgets()) {
        writes.add(
            reserving(reservation, budget, Optional.ofNullable(beyondSoft.get(budget.id()))));
        writes.add(holding(reservation, budget));
      }
      try {
        // The token makes a repeat change nothing, even if the call was settled since.
        String token = reservation.id() + "-" + looks;
        dynamoDb.transactWriteItems(
            transaction ->
                transaction
                    .transactItems(writes)
                    .clientRequestToken(token)
                    .overrideConfiguration(within(until)));
        return held(reservation, beyondSoft);
      } catch (IdempotentParameterMismatchException e) {
        // It came through before, when the accounts stood otherwise.
        return held(reservation, beyondSoft);
      } catch (TransactionCanceledException e) {
        boolean learned = false;
        for (int i = 0; i < reservation.budgets().size(); i++) {
          Budget budget = reservation.budgets().get(i);
          if (failed(e, 2 * i + 1)) {
            return held(reservation, beyondSoft);
          }
          if (failed(e, 2 * i)) {
            Standing standing = standing(e.cancellationReasons().get(2 * i).item());
            if (isShort(budget, standing, reservation.usd())) {
              return new Decision.Short(budget, standing);
            }
            beyondSoft.put(budget.id(), standing);
            learned = true;
          }
        }
        if (learned) {
          looks++;
        } else {
          pause(tries, until, e);
        }
      } catch (SdkException e) {
        requirePassing(e);
        pause(tries, until, e);
      }
    }
  }

  private static boolean isShort(Budget budget, Standing standing, BigDecimal usd) {
    return budget
        .hard()
        .filter(limit -> standing.committed().add(usd).compareTo(limit) > 0)
        .isPresent();
  }

  private static Decision held(Reservation reservation, Map<BudgetId, Standing> beyondSoft) {
    return new Decision.Held(
        reservation.budgets().stream()
            .filter(budget -> beyondSoft.containsKey(budget.id()))
            .map(
                budget -> {
                  Standing standing = requireNonNull(beyondSoft.get(budget.id()));
                  return new Notice(budget, standing.spent(), standing.softReached().isEmpty());
                })
            .toList());
  }

  /**
   * Adds to what is committed, if the limits allow it. As long as the soft one is not known to be
   * reached it is a condition as well. Of all who find it reached, one notes when.
   */
  private TransactWriteItem reserving(
      Reservation reservation, Budget budget, Optional<Standing> beyondSoft) {
    List<String> conditions = new ArrayList<>();
    Map<String, AttributeValue> values = new HashMap<>();
    String update = "ADD committed :usd";
    values.put(":usd", usd(reservation.usd()));
    if (budget.hard().isPresent()) {
      conditions.add("(attribute_not_exists(committed) OR committed <= :room)");
      values.put(":room", usd(budget.hard().get().subtract(reservation.usd())));
    }
    if (budget.soft().isPresent() && beyondSoft.isEmpty()) {
      conditions.add("(attribute_not_exists(spent) OR spent < :soft)");
      values.put(":soft", usd(budget.soft().get()));
    }
    if (beyondSoft.filter(it -> it.softReached().isEmpty()).isPresent()) {
      conditions.add("attribute_not_exists(soft_reached)");
      update += " SET soft_reached = :now";
      values.put(":now", fromS(reservation.call().time().toString()));
    }
    Update.Builder write =
        Update.builder()
            .tableName(table)
            .key(account(budget.id(), reservation.period(budget)))
            .updateExpression(update)
            .expressionAttributeValues(values);
    if (!conditions.isEmpty()) {
      write
          .conditionExpression(String.join(" AND ", conditions))
          .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    }
    return TransactWriteItem.builder().update(write.build()).build();
  }

  private TransactWriteItem holding(Reservation reservation, Budget budget) {
    Map<String, AttributeValue> item = new HashMap<>(address(budget.id(), hold(reservation)));
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
   * @param key of the item that says so; absent if there is none
   * @param isLapsed whether it was given back already
   */
  private record Held(
      BudgetId budget, String period, BigDecimal usd, Optional<String> key, boolean isLapsed) {}

  @Override
  public void settle(Reservation reservation, CallRecord call, Duration patience) {
    List<Held> held =
        reservation.budgets().stream()
            .map(
                budget ->
                    new Held(
                        budget.id(),
                        reservation.period(budget),
                        reservation.usd(),
                        Optional.of(hold(reservation)),
                        false))
            .toList();
    Instant until = clock.instant().plus(patience);
    try {
      for (int tries = 0; ; tries++) {
        switch (book(call, held, until)) {
          case WRITTEN, KNOWN -> {
            return;
          }
          case MOVED -> held = found(reservation, until);
          case BUSY -> {}
        }
        pause(tries, until, null);
      }
    } catch (SdkException | BudgetsUnavailableException e) {
      throw new CallNotLoggedException(call.id(), e);
    }
  }

  /** What there is of a reservation: it may have lapsed, or never have come through. */
  private List<Held> found(Reservation reservation, Instant until) {
    return reservation.budgets().stream()
        .map(
            budget ->
                read(budget.id(), hold(reservation), until)
                    .or(() -> read(budget.id(), LAPSED + name(reservation), until))
                    .orElseGet(
                        () ->
                            new Held(
                                budget.id(),
                                reservation.period(budget),
                                BigDecimal.ZERO,
                                Optional.empty(),
                                false)))
        .toList();
  }

  private Optional<Held> read(BudgetId budget, String sortKey, Instant until) {
    return Optional.of(
            dynamoDb.getItem(
                get ->
                    get.tableName(table)
                        .key(address(budget, sortKey))
                        .consistentRead(true)
                        .overrideConfiguration(within(until))))
        .filter(GetItemResponse::hasItem)
        .map(answer -> held(budget, answer.item()));
  }

  @Override
  public boolean restore(CallRecord call, List<Budget> budgets) {
    Instant until = clock.instant().plus(RESTORING);
    for (int tries = 0; ; tries++) {
      List<Held> held =
          budgets.stream()
              .flatMap(budget -> find(budget.id(), call.callId(), until).stream().limit(1))
              .toList();
      switch (book(call, held, until)) {
        case WRITTEN -> {
          return true;
        }
        case KNOWN -> {
          return false;
        }
        case MOVED, BUSY -> {}
      }
      pause(tries, until, null);
    }
  }

  private enum Booking {
    WRITTEN,
    /** The record was there before. */
    KNOWN,
    /** What was held is no longer where it was. */
    MOVED,
    BUSY
  }

  private Booking book(CallRecord call, List<Held> held, Instant until) {
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(DynamoDbCallItem.putOnce(callsTable, call));
    for (Held each : held) {
      writes.add(spending(each, call.cost()));
    }
    for (Held each : held) {
      each.key()
          .ifPresent(
              key ->
                  writes.add(
                      TransactWriteItem.builder().delete(deletion(each.budget(), key)).build()));
    }
    try {
      dynamoDb.transactWriteItems(
          transaction -> transaction.transactItems(writes).overrideConfiguration(within(until)));
      return Booking.WRITTEN;
    } catch (TransactionCanceledException e) {
      if (failed(e, 0)) {
        return Booking.KNOWN;
      }
      return e.cancellationReasons().stream().anyMatch(reason -> FAILED.equals(reason.code()))
          ? Booking.MOVED
          : Booking.BUSY;
    } catch (SdkException e) {
      requirePassing(e);
      return Booking.BUSY;
    }
  }

  /** Asks the client for an answer by then. It would refuse to give no time at all. */
  private AwsRequestOverrideConfiguration within(Instant until) {
    Duration left = Duration.between(clock.instant(), until);
    return AwsRequestOverrideConfiguration.builder()
        .apiCallTimeout(left.isPositive() ? left : Duration.ofMillis(1))
        .build();
  }

  /** What lapsed is committed no longer, and unconfirmed instead. */
  private TransactWriteItem spending(Held held, BigDecimal cost) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":cost", usd(cost));
    values.put(":change", usd(held.isLapsed() ? cost : cost.subtract(held.usd())));
    String update = "ADD spent :cost, committed :change";
    if (held.isLapsed()) {
      values.put(":lapsed", usd(held.usd().negate()));
      update += ", unconfirmed :lapsed";
    }
    return update(account(held.budget(), held.period()), update, values);
  }

  @Override
  public int releaseLapsed(BudgetId budget, Instant now, Instant until) {
    SdkIterable<Map<String, AttributeValue>> lapsed =
        dynamoDb
            .queryPaginator(
                query ->
                    query
                        .tableName(table)
                        .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :now")
                        .expressionAttributeValues(
                            Map.of(
                                ":pk", fromS(partition(budget)),
                                ":first", fromS(HOLD),
                                ":now", fromS(HOLD + millis(now))))
                        .consistentRead(true)
                        .limit(LAPSED_AT_ONCE)
                        .overrideConfiguration(within(until)))
            .items();
    int released = 0;
    try {
      Iterator<Map<String, AttributeValue>> holds = lapsed.iterator();
      while (clock.instant().isBefore(until) && holds.hasNext()) {
        if (release(budget, holds.next(), until)) {
          released++;
        }
      }
    } catch (ApiCallTimeoutException e) {
      // The time is over.
    }
    return released;
  }

  /** Whether it was there to be released: somebody else may do the same, or settle it. */
  private boolean release(BudgetId budget, Map<String, AttributeValue> hold, Instant until) {
    CallId call = new CallId(text(hold, "call"));
    Map<String, AttributeValue> lapsed = new HashMap<>(hold);
    lapsed.putAll(address(budget, LAPSED + call + "#" + text(hold, "id")));
    // As long as the record can be replayed.
    lapsed.put(
        "expires_at",
        fromN(Long.toString(call.time().plus(Duration.ofDays(CallArchive.DAYS)).getEpochSecond())));
    BigDecimal usd = amount(hold, "usd");
    try {
      dynamoDb.transactWriteItems(
          transaction ->
              transaction
                  .transactItems(
                      update(
                          account(budget, text(hold, "period")),
                          "ADD committed :less, unconfirmed :usd",
                          Map.of(":less", usd(usd.negate()), ":usd", usd(usd))),
                      TransactWriteItem.builder()
                          .delete(deletion(budget, text(hold, "SK")))
                          .build(),
                      TransactWriteItem.builder()
                          .put(put -> put.tableName(table).item(lapsed))
                          .build())
                  .overrideConfiguration(within(until)));
      return true;
    } catch (TransactionCanceledException | TransactionInProgressException e) {
      // If it is still there, the next one who looks releases it.
      return false;
    }
  }

  @Override
  public Standing standing(Budget budget, Instant now) {
    String period = budget.period().key(now);
    Standing written = Standing.NONE;
    BigDecimal lapsed = BigDecimal.ZERO;
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
                                ":period", fromS(ACCOUNT + period),
                                ":now", fromS(HOLD + millis(now))))
                        .consistentRead(true))
            .items()) {
      String key = text(item, "SK");
      if (key.equals(ACCOUNT + period)) {
        written = standing(item);
      } else if (key.startsWith(HOLD) && text(item, "period").equals(period)) {
        lapsed = lapsed.add(amount(item, "usd"));
      }
    }
    return new Standing(
        written.spent(),
        written.reserved().subtract(lapsed),
        written.unconfirmed().add(lapsed),
        written.softReached());
  }

  private Standing standing(Budget budget, Reservation reservation, Instant until) {
    return standing(
        dynamoDb
            .getItem(
                get ->
                    get.tableName(table)
                        .key(account(budget.id(), reservation.period(budget)))
                        .consistentRead(true)
                        .overrideConfiguration(within(until)))
            .item());
  }

  private static Standing standing(Map<String, AttributeValue> account) {
    BigDecimal spent = amount(account, "spent");
    return new Standing(
        spent,
        amount(account, "committed").subtract(spent),
        amount(account, "unconfirmed"),
        Optional.ofNullable(account.get("soft_reached")).map(time -> Instant.parse(time.s())));
  }

  /**
   * All that a call holds or held of a budget and that was not settled. What is held is looked for
   * first: it may lapse meanwhile, and nothing goes the other way.
   */
  private List<Held> find(BudgetId budget, CallId call, Instant until) {
    List<Held> held = new ArrayList<>();
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
                            ":hold", fromS(HOLD),
                            ":call", fromS(call.value())))
                    .consistentRead(true)
                    .overrideConfiguration(within(until)))
        .items()
        .forEach(item -> held.add(held(budget, item)));
    dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :lapsed)")
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(partition(budget)),
                            ":lapsed", fromS(LAPSED + call + "#")))
                    .consistentRead(true)
                    .overrideConfiguration(within(until)))
        .items()
        .forEach(item -> held.add(held(budget, item)));
    return held;
  }

  private static Held held(BudgetId budget, Map<String, AttributeValue> item) {
    String key = text(item, "SK");
    return new Held(
        budget,
        text(item, "period"),
        amount(item, "usd"),
        Optional.of(key),
        key.startsWith(LAPSED));
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
        .key(address(budget, sortKey))
        .conditionExpression("attribute_exists(PK)")
        .build();
  }

  private static boolean failed(TransactionCanceledException cancelled, int write) {
    List<CancellationReason> reasons = cancelled.cancellationReasons();
    return write < reasons.size() && FAILED.equals(reasons.get(write).code());
  }

  /** Throws on what will not get better by waiting: a table that is away, or a fault of ours. */
  private static void requirePassing(SdkException fault) {
    boolean passes =
        fault instanceof TransactionInProgressException
            || (fault instanceof AwsServiceException refused && refused.isThrottlingException());
    if (!passes) {
      throw fault;
    }
  }

  /** Lets others go first, for a random time that doubles with the tries. */
  private void pause(int tries, Instant until, @Nullable Throwable cause) {
    long millis =
        ThreadLocalRandom.current()
            .nextLong(1, FIRST_PAUSE_MILLIS << Math.min(tries, MOST_DOUBLINGS));
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

  private static Map<String, AttributeValue> account(BudgetId budget, String period) {
    return address(budget, ACCOUNT + period);
  }

  private static String hold(Reservation reservation) {
    return HOLD + millis(reservation.lapses()) + "#" + name(reservation);
  }

  private static String name(Reservation reservation) {
    return reservation.call() + "#" + reservation.id();
  }

  /** Sorts as the times do. */
  private static String millis(Instant time) {
    return "%015d".formatted(time.toEpochMilli());
  }

  private static Map<String, AttributeValue> address(BudgetId budget, String sortKey) {
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
