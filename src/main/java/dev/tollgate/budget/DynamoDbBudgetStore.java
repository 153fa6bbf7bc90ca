package dev.tollgate.budget;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.audit.DynamoDbAuditLog;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Budgets in the {@code prompts} table, all in the partition {@code BUDGETS} so that one query
 * finds them: {@code BUDGET#<scope>#<name>}, the events, and the end of their chain.
 */
@Singleton
class DynamoDbBudgetStore implements BudgetStore {
  private static final String BUDGETS_PARTITION = "BUDGETS";
  private static final String BUDGET_PREFIX = "BUDGET#";

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final DynamoDbAuditLog auditLog;

  DynamoDbBudgetStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
    this.auditLog = new DynamoDbAuditLog(dynamoDb, table, BUDGETS_PARTITION, AUDIT_SUBJECT);
  }

  @Override
  public List<Budget> findAll() {
    return dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :budget)")
                    .expressionAttributeValues(
                        Map.of(":pk", fromS(BUDGETS_PARTITION), ":budget", fromS(BUDGET_PREFIX)))
                    .consistentRead(true))
        .items()
        .stream()
        .map(DynamoDbBudgetStore::toBudget)
        .toList();
  }

  @Override
  public Optional<Budget> find(BudgetId id) {
    Map<String, AttributeValue> item =
        dynamoDb.getItem(get -> get.tableName(table).key(itemKey(id)).consistentRead(true)).item();
    return item.isEmpty() ? Optional.empty() : Optional.of(toBudget(item));
  }

  @Override
  public AuditLog auditLog() {
    return auditLog;
  }

  @Override
  public boolean commit(AuditEvent event, BudgetId id, Optional<Budget> after) {
    TransactWriteItem change =
        after
            .map(
                budget ->
                    TransactWriteItem.builder()
                        .put(put -> put.tableName(table).item(toItem(budget)))
                        .build())
            .orElseGet(
                () ->
                    TransactWriteItem.builder()
                        .delete(delete -> delete.tableName(table).key(itemKey(id)))
                        .build());
    return auditLog.commit(event, List.of(change));
  }

  private static Map<String, AttributeValue> itemKey(BudgetId id) {
    return Map.of(
        "PK",
        fromS(BUDGETS_PARTITION),
        "SK",
        fromS(BUDGET_PREFIX + id.scope().id() + "#" + id.name()));
  }

  private static Map<String, AttributeValue> toItem(Budget budget) {
    Map<String, AttributeValue> item = new HashMap<>(itemKey(budget.id()));
    item.put("scope", fromS(budget.id().scope().id()));
    item.put("name", fromS(budget.id().name()));
    item.put("period", fromS(budget.period().id()));
    budget.softLimit().ifPresent(limit -> item.put("soft_usd", fromN(limit.toPlainString())));
    budget.hardLimit().ifPresent(limit -> item.put("hard_usd", fromN(limit.toPlainString())));
    item.put("changed", fromS(budget.changed().toString()));
    item.put("changed_by", fromS(budget.changedBy()));
    return item;
  }

  private static Budget toBudget(Map<String, AttributeValue> item) {
    return new Budget(
        new BudgetId(BudgetScope.of(text(item, "scope")).orElseThrow(), text(item, "name")),
        new Budget.Terms(
            BudgetPeriod.of(text(item, "period")).orElseThrow(),
            limit(item, "soft_usd"),
            limit(item, "hard_usd")),
        Instant.parse(text(item, "changed")),
        text(item, "changed_by"));
  }

  private static Optional<BigDecimal> limit(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name)).map(value -> new BigDecimal(value.n()));
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name).s();
  }
}
