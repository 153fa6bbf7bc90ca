package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  /** Accounts whose writes have a minute more, so that a slow machine changes no outcome. */
  public static BudgetAccounts withoutTimeouts(BudgetAccounts accounts) {
    return new PatientAccounts(accounts);
  }

  public static BudgetService of(
      BudgetStore store, BudgetAccounts accounts, CallLog calls, Clock clock) {
    return new BudgetService(
        store, accounts, calls, _ -> {}, clock, Duration.ofSeconds(5), Duration.ofSeconds(30));
  }

  private record PatientAccounts(BudgetAccounts accounts) implements BudgetAccounts {
    private static final Duration EXTRA_TIME = Duration.ofMinutes(1);

    @Override
    public Decision reserve(Reservation reservation, Instant until) {
      return accounts.reserve(reservation, until.plus(EXTRA_TIME));
    }

    @Override
    public void settle(Reservation reservation, CallRecord call, Duration timeout) {
      accounts.settle(reservation, call, timeout.plus(EXTRA_TIME));
    }

    @Override
    public int releaseExpired(BudgetId budget, Instant now, Instant until) {
      return accounts.releaseExpired(budget, now, until);
    }

    @Override
    public boolean restore(CallRecord call, List<Budget> budgets) {
      return accounts.restore(call, budgets);
    }

    @Override
    public BudgetUsage findUsage(Budget budget, Instant now) {
      return accounts.findUsage(budget, now);
    }
  }
}
