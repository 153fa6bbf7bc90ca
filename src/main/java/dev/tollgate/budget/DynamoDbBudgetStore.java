package dev.tollgate.budget;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.audit.DynamoDbChain;
import dev.tollgate.audit.Event;
import dev.tollgate.audit.EventChain;
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
  private static final String DIRECTORY = "BUDGETS";
  private static final String BUDGET = "BUDGET#";

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final DynamoDbChain chain;

  DynamoDbBudgetStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
    this.chain = new DynamoDbChain(dynamoDb, table, DIRECTORY, SUBJECT);
  }

  @Override
  public List<Budget> all() {
    return dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :budget)")
                    .expressionAttributeValues(
                        Map.of(":pk", fromS(DIRECTORY), ":budget", fromS(BUDGET)))
                    .consistentRead(true))
        .items()
        .stream()
        .map(DynamoDbBudgetStore::budget)
        .toList();
  }

  @Override
  public Optional<Budget> find(BudgetId id) {
    Map<String, AttributeValue> item =
        dynamoDb.getItem(get -> get.tableName(table).key(address(id)).consistentRead(true)).item();
    return item.isEmpty() ? Optional.empty() : Optional.of(budget(item));
  }

  @Override
  public EventChain events() {
    return chain;
  }

  @Override
  public boolean commit(Event event, BudgetId id, Optional<Budget> after) {
    TransactWriteItem change =
        after
            .map(
                budget ->
                    TransactWriteItem.builder()
                        .put(put -> put.tableName(table).item(item(budget)))
                        .build())
            .orElseGet(
                () ->
                    TransactWriteItem.builder()
                        .delete(delete -> delete.tableName(table).key(address(id)))
                        .build());
    return chain.commit(event, List.of(change));
  }

  private static Map<String, AttributeValue> address(BudgetId id) {
    return Map.of("PK", fromS(DIRECTORY), "SK", fromS(BUDGET + id.scope().id() + "#" + id.name()));
  }

  private static Map<String, AttributeValue> item(Budget budget) {
    Map<String, AttributeValue> item = new HashMap<>(address(budget.id()));
    item.put("scope", fromS(budget.id().scope().id()));
    item.put("name", fromS(budget.id().name()));
    item.put("period", fromS(budget.period().id()));
    budget.soft().ifPresent(limit -> item.put("soft_usd", fromN(limit.toPlainString())));
    budget.hard().ifPresent(limit -> item.put("hard_usd", fromN(limit.toPlainString())));
    item.put("changed", fromS(budget.changed().toString()));
    item.put("changed_by", fromS(budget.changedBy()));
    return item;
  }

  private static Budget budget(Map<String, AttributeValue> item) {
    return new Budget(
        new BudgetId(BudgetScope.of(text(item, "scope")).orElseThrow(), text(item, "name")),
        new Budget.Terms(
            Period.of(text(item, "period")).orElseThrow(),
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
