package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallLog;
import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Budget services for tests. */
public final class TestBudgets {
  private TestBudgets() {}

  static BudgetService inMemory(BudgetStore store, CallLog calls, Clock clock) {
    return of(store, new InMemoryBudgetAccounts(calls), calls, clock);
  }

  public static BudgetAccounts accounts(DynamoDbClient dynamoDb, String prompts, String calls) {
    return new DynamoDbBudgetAccounts(dynamoDb, Clock.systemUTC(), prompts, calls);
  }

  public static BudgetService of(
      BudgetStore store, BudgetAccounts accounts, CallLog calls, Clock clock) {
    return new BudgetService(
        store, accounts, calls, _ -> {}, clock, Duration.ofSeconds(5), Duration.ofSeconds(30));
  }
}
