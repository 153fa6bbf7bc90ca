package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallLog;
import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Budgets for tests of what asks them. */
public final class TestBudgets {
  /** Signals that nobody hears. */
  public static final BudgetListener SILENT =
      new BudgetListener() {
        @Override
        public void softLimitReached(BudgetAccounts.SoftLimitNotice notice) {}

        @Override
        public void callRejected(BudgetRejection denial) {}
      };

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
        store, accounts, calls, SILENT, clock, Duration.ofSeconds(5), Duration.ofSeconds(30));
  }
}
