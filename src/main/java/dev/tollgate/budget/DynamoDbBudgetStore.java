package dev.tollgate.budget;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.audit.DynamoDbAuditLog;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Budgets in the {@code prompts} table. The partition {@code BUDGETS} holds all of them, so that
 * one query finds them: {@code BUDGET#<scope>#<name>}, the events, and the end of their chain.
 */
@Singleton
class DynamoDbBudgetStore implements BudgetStore {
  private static final String BUDGETS_PARTITION = "BUDGETS";
  private static final String BUDGET_PREFIX = "BUDGET#";

  private final DynamoDbTable table;
  private final DynamoDbAuditLog auditLog;

  DynamoDbBudgetStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.table = new DynamoDbTable(dynamoDb, table);
    this.auditLog = new DynamoDbAuditLog(this.table, BUDGETS_PARTITION, AUDIT_SUBJECT);
  }

  @Override
  public List<Budget> findAll() {
    return table
        .findByPrefix(BUDGETS_PARTITION, BUDGET_PREFIX)
        .map(DynamoDbBudgetStore::toBudget)
        .toList();
  }

  @Override
  public Optional<Budget> find(BudgetId id) {
    return table.find(itemKey(id)).map(DynamoDbBudgetStore::toBudget);
  }

  @Override
  public AuditLog auditLog() {
    return auditLog;
  }

  @Override
  public boolean commit(AuditEvent event, BudgetId id, Optional<Budget> after) {
    return auditLog.commit(
        event,
        List.of(
            after
                .map(budget -> table.put(toItem(budget)))
                .orElseGet(() -> table.delete(itemKey(id)))));
  }

  private static DynamoDbKey itemKey(BudgetId id) {
    return new DynamoDbKey(BUDGETS_PARTITION, BUDGET_PREFIX + id.scope().id() + "#" + id.name());
  }

  private static Map<String, AttributeValue> toItem(Budget budget) {
    return DynamoDbItem.builder(itemKey(budget.id()))
        .put("scope", budget.id().scope().id())
        .put("name", budget.id().name())
        .put("period", budget.period().id())
        .putDecimal("soft_usd", budget.softLimit())
        .putDecimal("hard_usd", budget.hardLimit())
        .put("changed", budget.changed())
        .put("changed_by", budget.changedBy())
        .build();
  }

  private static Budget toBudget(DynamoDbItem item) {
    return new Budget(
        new BudgetId(BudgetScope.of(item.text("scope")).orElseThrow(), item.text("name")),
        new Budget.Terms(
            BudgetPeriod.of(item.text("period")).orElseThrow(),
            item.findDecimal("soft_usd"),
            item.findDecimal("hard_usd")),
        item.time("changed"),
        item.text("changed_by"));
  }
}
