package dev.tollgate.budget;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.budget.BudgetAccounts.BudgetsUnavailableException;
import dev.tollgate.budget.BudgetAccounts.Decision;
import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import dev.tollgate.dynamodb.DynamoDbTransactions;
import dev.tollgate.dynamodb.DynamoDbValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Reserves amounts, and releases expired reservations.
 *
 * <p>Conditions cannot add, so {@code committed} is stored as a sum of its own. A condition that
 * fails returns the account, which no successful write does. So an account is read only after a
 * failure.
 */
final class DynamoDbReservations {
  /** About as many as can be released while a caller waits. */
  private static final int EXPIRY_PAGE_SIZE = 25;

  private final DynamoDbTable table;

  DynamoDbReservations(DynamoDbTable table) {
    this.table = table;
  }

  Decision reserve(Reservation reservation, DynamoDbDeadline deadline) {
    try {
      for (Budget budget : reservation.budgets()) {
        // An account that does not exist yet would accept any amount.
        if (exceedsHardLimit(budget, BudgetUsage.NONE, reservation.usd())) {
          return new Decision.LimitExceeded(budget, readUsage(budget, reservation, deadline));
        }
      }
      return tryReserve(reservation, deadline);
    } catch (SdkException e) {
      throw new BudgetsUnavailableException("failed to write the reservation", e);
    }
  }

  private Decision tryReserve(Reservation reservation, DynamoDbDeadline deadline) {
    Map<BudgetId, BudgetUsage> beyondSoft = new HashMap<>();
    int looks = 0;
    for (int attempts = 0; ; attempts++) {
      List<TransactWriteItem> writes = new ArrayList<>();
      for (Budget budget : reservation.budgets()) {
        writes.add(
            reserveUpdate(reservation, budget, Optional.ofNullable(beyondSoft.get(budget.id()))));
        writes.add(table.putNew(DynamoDbBudgetItems.toItem(reservation, budget)));
      }
      try {
        // With the token, a repetition changes nothing, even after the call was settled.
        String token = reservation.id() + "-" + looks;
        table
            .client()
            .transactWriteItems(
                transaction ->
                    transaction
                        .transactItems(writes)
                        .clientRequestToken(token)
                        .overrideConfiguration(deadline.requestTimeout()));
        return reserved(reservation, beyondSoft);
      } catch (IdempotentParameterMismatchException e) {
        // An earlier attempt succeeded, with other values.
        return reserved(reservation, beyondSoft);
      } catch (TransactionCanceledException e) {
        boolean learned = false;
        for (int i = 0; i < reservation.budgets().size(); i++) {
          Budget budget = reservation.budgets().get(i);
          if (DynamoDbTransactions.hasFailedCondition(e, 2 * i + 1)) {
            return reserved(reservation, beyondSoft);
          }
          if (DynamoDbTransactions.hasFailedCondition(e, 2 * i)) {
            BudgetUsage usage =
                DynamoDbBudgetItems.toUsage(
                    new DynamoDbItem(e.cancellationReasons().get(2 * i).item()));
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
          deadline.backOff(attempts, e);
        }
      } catch (SdkException e) {
        DynamoDbDeadline.rethrowUnlessTransient(e);
        deadline.backOff(attempts, e);
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
   * Adds to {@code committed} if the limits allow it. The soft limit is a condition as well, until
   * it is known to be reached. Of all calls that find it reached, one records when.
   */
  private TransactWriteItem reserveUpdate(
      Reservation reservation, Budget budget, Optional<BudgetUsage> beyondSoft) {
    List<String> conditions = new ArrayList<>();
    Map<String, AttributeValue> values = new HashMap<>();
    String update = "ADD committed :usd";
    values.put(":usd", DynamoDbValue.of(reservation.usd()));
    if (budget.hardLimit().isPresent()) {
      conditions.add("(attribute_not_exists(committed) OR committed <= :room)");
      values.put(":room", DynamoDbValue.of(budget.hardLimit().get().subtract(reservation.usd())));
    }
    if (budget.softLimit().isPresent() && beyondSoft.isEmpty()) {
      conditions.add("(attribute_not_exists(spent) OR spent < :soft)");
      values.put(":soft", DynamoDbValue.of(budget.softLimit().get()));
    }
    if (beyondSoft.filter(it -> it.softLimitReachedAt().isEmpty()).isPresent()) {
      conditions.add("attribute_not_exists(soft_reached)");
      update += " SET soft_reached = :now";
      values.put(":now", fromS(reservation.call().time().toString()));
    }
    Update.Builder write =
        Update.builder()
            .tableName(table.name())
            .key(accountKey(budget, reservation).toMap())
            .updateExpression(update)
            .expressionAttributeValues(values);
    if (!conditions.isEmpty()) {
      write
          .conditionExpression(String.join(" AND ", conditions))
          .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    }
    return TransactWriteItem.builder().update(write.build()).build();
  }

  private BudgetUsage readUsage(Budget budget, Reservation reservation, DynamoDbDeadline deadline) {
    return table
        .find(
            accountKey(budget, reservation),
            get -> get.overrideConfiguration(deadline.requestTimeout()))
        .map(DynamoDbBudgetItems::toUsage)
        .orElse(BudgetUsage.NONE);
  }

  private static DynamoDbKey accountKey(Budget budget, Reservation reservation) {
    return DynamoDbBudgetItems.accountKey(budget.id(), reservation.period(budget));
  }

  int releaseExpired(BudgetId budget, Instant now, DynamoDbDeadline deadline) {
    int released = 0;
    try {
      Iterator<DynamoDbItem> expired =
          table
              .query(
                  query ->
                      query
                          .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :now")
                          .expressionAttributeValues(
                              Map.of(
                                  ":pk", fromS(DynamoDbBudgetItems.partition(budget)),
                                  ":first", fromS(DynamoDbBudgetItems.RESERVATION_PREFIX),
                                  ":now", fromS(DynamoDbBudgetItems.reservationsUntil(now))))
                          .limit(EXPIRY_PAGE_SIZE)
                          .overrideConfiguration(deadline.requestTimeout()))
              .iterator();
      while (!deadline.hasPassed() && expired.hasNext()) {
        if (release(budget, expired.next(), deadline)) {
          released++;
        }
      }
    } catch (ApiCallTimeoutException e) {
      // No time is left: the next sweep releases the others.
    }
    return released;
  }

  /** Returns false if another sweep or the settlement was faster. */
  private boolean release(BudgetId budget, DynamoDbItem reservation, DynamoDbDeadline deadline) {
    BigDecimal usd = reservation.decimalOrZero("usd");
    DynamoDbKey key =
        new DynamoDbKey(
            DynamoDbBudgetItems.partition(budget), reservation.text(DynamoDbKey.SORT_KEY));
    try {
      table
          .client()
          .transactWriteItems(
              transaction ->
                  transaction
                      .transactItems(
                          table.update(
                              DynamoDbBudgetItems.accountKey(budget, reservation.text("period")),
                              "ADD committed :less, unconfirmed :usd",
                              Map.of(
                                  ":less", DynamoDbValue.of(usd.negate()),
                                  ":usd", DynamoDbValue.of(usd))),
                          table.deleteExisting(key),
                          table.put(DynamoDbBudgetItems.toExpiredItem(budget, reservation)))
                      .overrideConfiguration(deadline.requestTimeout()));
      return true;
    } catch (TransactionCanceledException | TransactionInProgressException e) {
      // If it still exists, the next sweep releases it.
      return false;
    }
  }
}
