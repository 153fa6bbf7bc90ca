package dev.tollgate.budget;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.budget.DynamoDbBudgetItems.ReservedAmount;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.DynamoDbCallItem;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import dev.tollgate.dynamodb.DynamoDbTransactions;
import dev.tollgate.dynamodb.DynamoDbValue;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Accounts in the {@code prompts} table. {@link DynamoDbBudgetItems} describes the items, and
 * {@link DynamoDbReservations} reserves and releases.
 */
@Singleton
class DynamoDbBudgetAccounts implements BudgetAccounts {
  /** How long to retry the write of a record, as long as the client of the table does. */
  private static final Duration RESTORE_TIMEOUT = Duration.ofSeconds(3);

  private final DynamoDbTable table;
  private final DynamoDbReservations reservations;
  private final Clock clock;
  private final String callsTable;

  DynamoDbBudgetAccounts(
      DynamoDbClient dynamoDb,
      Clock clock,
      @ConfigProperty(name = "tollgate.prompts.table") String table,
      @ConfigProperty(name = "tollgate.calls.table") String callsTable) {
    this.table = new DynamoDbTable(dynamoDb, table);
    this.reservations = new DynamoDbReservations(this.table);
    this.clock = clock;
    this.callsTable = callsTable;
  }

  @Override
  public Decision reserve(Reservation reservation, Instant until) {
    return reservations.reserve(reservation, new DynamoDbDeadline(clock, until));
  }

  @Override
  public int releaseExpired(BudgetId budget, Instant now, Instant until) {
    return reservations.releaseExpired(budget, now, new DynamoDbDeadline(clock, until));
  }

  @Override
  public void settle(Reservation reservation, CallRecord call, Duration timeout) {
    List<ReservedAmount> reserved =
        reservation.budgets().stream()
            .map(
                budget ->
                    new ReservedAmount(
                        budget.id(),
                        reservation.period(budget),
                        reservation.usd(),
                        Optional.of(DynamoDbBudgetItems.reservationKey(budget.id(), reservation)),
                        false))
            .toList();
    DynamoDbDeadline deadline = DynamoDbDeadline.after(timeout, clock);
    try {
      for (int attempts = 0; ; attempts++) {
        switch (writeRecord(call, reserved, deadline)) {
          case WRITTEN, ALREADY_WRITTEN -> {
            return;
          }
          case RESERVATION_MOVED -> reserved = findReservedAmounts(reservation, deadline);
          case CONTENDED -> {}
        }
        deadline.backOff(attempts, null);
      }
    } catch (SdkException | BudgetsUnavailableException e) {
      throw new CallNotLoggedException(call.id(), e);
    }
  }

  /** Reads where a reservation is now: it may have expired, or never have succeeded. */
  private List<ReservedAmount> findReservedAmounts(
      Reservation reservation, DynamoDbDeadline deadline) {
    return reservation.budgets().stream()
        .map(
            budget ->
                findReservedAmount(
                        budget.id(),
                        DynamoDbBudgetItems.reservationKey(budget.id(), reservation),
                        deadline)
                    .or(
                        () ->
                            findReservedAmount(
                                budget.id(),
                                DynamoDbBudgetItems.expiredKey(
                                    budget.id(), reservation.call(), reservation.id().value()),
                                deadline))
                    .orElseGet(() -> ReservedAmount.none(budget.id(), reservation.period(budget))))
        .toList();
  }

  private Optional<ReservedAmount> findReservedAmount(
      BudgetId budget, DynamoDbKey key, DynamoDbDeadline deadline) {
    return table
        .find(key, get -> get.overrideConfiguration(deadline.requestTimeout()))
        .map(item -> DynamoDbBudgetItems.toReservedAmount(budget, item));
  }

  @Override
  public boolean restore(CallRecord call, List<Budget> budgets) {
    DynamoDbDeadline deadline = DynamoDbDeadline.after(RESTORE_TIMEOUT, clock);
    for (int attempts = 0; ; attempts++) {
      List<ReservedAmount> reserved =
          budgets.stream()
              .flatMap(
                  budget -> findUnsettled(budget.id(), call.callId(), deadline).stream().limit(1))
              .toList();
      switch (writeRecord(call, reserved, deadline)) {
        case WRITTEN -> {
          return true;
        }
        case ALREADY_WRITTEN -> {
          return false;
        }
        case RESERVATION_MOVED, CONTENDED -> {}
      }
      deadline.backOff(attempts, null);
    }
  }

  private enum WriteResult {
    WRITTEN,
    /** The record existed before. */
    ALREADY_WRITTEN,
    /** A reservation is no longer where it was. */
    RESERVATION_MOVED,
    CONTENDED
  }

  private WriteResult writeRecord(
      CallRecord call, List<ReservedAmount> reserved, DynamoDbDeadline deadline) {
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(DynamoDbCallItem.putOnce(callsTable, call));
    reserved.forEach(amount -> writes.add(settleUpdate(amount, call.cost())));
    reserved.forEach(
        amount -> amount.key().ifPresent(key -> writes.add(table.deleteExisting(key))));
    try {
      table
          .client()
          .transactWriteItems(
              transaction ->
                  transaction
                      .transactItems(writes)
                      .overrideConfiguration(deadline.requestTimeout()));
      return WriteResult.WRITTEN;
    } catch (TransactionCanceledException e) {
      if (DynamoDbTransactions.hasFailedCondition(e, 0)) {
        return WriteResult.ALREADY_WRITTEN;
      }
      return DynamoDbTransactions.hasFailedCondition(e)
          ? WriteResult.RESERVATION_MOVED
          : WriteResult.CONTENDED;
    } catch (SdkException e) {
      DynamoDbDeadline.rethrowUnlessTransient(e);
      return WriteResult.CONTENDED;
    }
  }

  /** An expired reservation is unconfirmed and no longer committed. */
  private TransactWriteItem settleUpdate(ReservedAmount reserved, BigDecimal cost) {
    BigDecimal change = reserved.isExpired() ? cost : cost.subtract(reserved.usd());
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":cost", DynamoDbValue.of(cost));
    values.put(":change", DynamoDbValue.of(change));
    String update = "ADD spent :cost, committed :change";
    if (reserved.isExpired()) {
      values.put(":expired", DynamoDbValue.of(reserved.usd().negate()));
      update += ", unconfirmed :expired";
    }
    return table.update(
        DynamoDbBudgetItems.accountKey(reserved.budget(), reserved.period()), update, values);
  }

  @Override
  public BudgetUsage findUsage(Budget budget, Instant now) {
    String period = budget.period().key(now);
    DynamoDbKey account = DynamoDbBudgetItems.accountKey(budget.id(), period);
    BudgetUsage recorded = BudgetUsage.NONE;
    BigDecimal expired = BigDecimal.ZERO;
    List<DynamoDbItem> items =
        table
            .query(
                query ->
                    query
                        .keyConditionExpression("PK = :pk AND SK BETWEEN :period AND :now")
                        .expressionAttributeValues(
                            Map.of(
                                ":pk", fromS(account.partition()),
                                ":period", fromS(account.sortKey()),
                                ":now", fromS(DynamoDbBudgetItems.reservationsUntil(now)))))
            .toList();
    for (DynamoDbItem item : items) {
      if (item.text(DynamoDbKey.SORT_KEY).equals(account.sortKey())) {
        recorded = DynamoDbBudgetItems.toUsage(item);
      } else if (DynamoDbBudgetItems.isReservation(item) && item.text("period").equals(period)) {
        expired = expired.add(item.decimalOrZero("usd"));
      }
    }
    return new BudgetUsage(
        recorded.spent(),
        recorded.reserved().subtract(expired),
        recorded.unconfirmed().add(expired),
        recorded.softLimitReachedAt());
  }

  /**
   * Finds all reservations of a call that were not settled. It reads current ones first: they may
   * expire meanwhile, while expired ones never become current.
   */
  private List<ReservedAmount> findUnsettled(
      BudgetId budget, CallId call, DynamoDbDeadline deadline) {
    String partition = DynamoDbBudgetItems.partition(budget);
    List<ReservedAmount> found = new ArrayList<>();
    table
        .query(
            query ->
                query
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :reservation)")
                    .filterExpression("#call = :call")
                    .expressionAttributeNames(Map.of("#call", "call"))
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(partition),
                            ":reservation", fromS(DynamoDbBudgetItems.RESERVATION_PREFIX),
                            ":call", fromS(call.value())))
                    .overrideConfiguration(deadline.requestTimeout()))
        .forEach(item -> found.add(DynamoDbBudgetItems.toReservedAmount(budget, item)));
    table
        .query(
            query ->
                query
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :expired)")
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(partition),
                            ":expired", fromS(DynamoDbBudgetItems.expiredPrefix(call))))
                    .overrideConfiguration(deadline.requestTimeout()))
        .forEach(item -> found.add(DynamoDbBudgetItems.toReservedAmount(budget, item)));
    return found;
  }
}
