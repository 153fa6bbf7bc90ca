package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.BudgetId;
import dev.tollgate.budget.BudgetPeriod;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.budget.BudgetScope;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Records and budgets of failed and repeated attempts. */
final class BilledCallTest extends LlmInvokerFixture {
  @Test
  void recordsFailedCallWithoutCost() {
    provider.failures.add(OVERLOADED);
    provider.failures.add(OVERLOADED);
    provider.failures.add(OVERLOADED);
    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(direct(SEARCH, "0")));

    assertEquals(List.of(failed.call()), log.records);
    assertEquals(CallRecord.Status.ERROR, failed.call().status());
    assertEquals(BigDecimal.ZERO, failed.call().cost());
    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void recordsCostOfInterruptedAnswer() {
    Usage usage = new Usage(100, 0, 0, 0, 50, 0);
    Reply.TimedOut cause = new Reply.TimedOut();
    provider.failures.add(new Reply.Interrupted(cause, "claude-haiku-4-5-20251001", usage, false));
    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(direct(SEARCH, "0")));

    assertEquals(List.of(failed.call()), log.records);
    assertEquals(CallRecord.Status.ERROR, failed.call().status());
    assertEquals(Optional.of("timeout"), failed.call().failure());
    assertEquals(new BigDecimal("0.00035"), failed.call().cost());
    assertEquals(usage, failed.call().usage());
    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void recordsEachBilledAttemptAndMarksLastAsFinal() {
    Usage some = new Usage(100, 0, 0, 0, 10, 0);
    provider.failures.add(OVERLOADED);
    provider.failures.add(
        new Reply.Interrupted(new Reply.Unreachable("cut"), "claude-haiku-4-5", some, false));
    Answered answered = answered(invoker.invoke(direct(SEARCH, "0")));

    assertEquals(3, provider.requests.size());
    assertEquals(2, log.records.size());
    CallRecord first = log.records.getFirst();
    assertEquals(some, first.usage());
    assertEquals(Optional.of("unreachable"), first.failure());
    assertEquals(new BigDecimal("0.00015"), first.cost());
    assertEquals(Duration.ofMillis(40), first.latency());
    assertEquals(answered.call(), log.records.getLast());
    assertEquals(List.of(false, true), log.records.stream().map(CallRecord::finalAttempt).toList());
    assertEquals(
        Set.of(answered.call().id()),
        log.records.stream().map(CallRecord::callId).collect(Collectors.toSet()));
    assertEquals(new BigDecimal("0.00035"), answered.call().cost());
    assertEquals(new BigDecimal("0.0005"), answered.cost());
    // A cache hit avoids the cost of the answer, not of the failed attempts.
    assertEquals(new BigDecimal("0.00035"), cache.answers().values().iterator().next().cost());
  }

  @Test
  void estimatesUsageOfLostResponse() {
    Reply.Failure lost = new Reply.ResponseLost(new Reply.Unreachable("cut"));
    provider.failures.add(lost);
    Answered answered = answered(invoker.invoke(direct(SEARCH, "1")));
    provider.failures.add(new Reply.ResponseLost(new Reply.TimedOut()));
    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(direct(SEARCH, "1")));

    CallRecord first = log.records.getFirst();
    assertEquals(answered.call().id(), first.callId());
    assertEquals(Optional.of("unreachable"), first.failure());
    assertEquals(answered.cost(), first.cost().add(answered.call().cost()));
    assertEquals(Optional.of("timeout"), failed.call().failure());
    for (CallRecord record : List.of(first, failed.call())) {
      assertEquals(
          ModelCatalogue.load().estimateUsage(provider.requests.getFirst()), record.usage());
      assertTrue(record.usage().input() > 0);
      assertTrue(record.cost().signum() > 0);
      assertEquals(Price.Status.ESTIMATED, record.priceStatus());
      assertTrue(record.priceId().contains("claude-haiku-4-5"), record.priceId());
    }
    assertEquals(Price.Status.PRICED, answered.call().priceStatus());
  }

  @Test
  void failedCallCostsItsInterruptedAttempts() {
    Reply.Interrupted interrupted =
        new Reply.Interrupted(
            OVERLOADED, "claude-haiku-4-5", new Usage(100, 0, 0, 0, 10, 0), false);
    provider.failures.addAll(List.of(interrupted, interrupted));
    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(direct(SEARCH, "0")));

    assertEquals(List.of(false, true), log.records.stream().map(CallRecord::finalAttempt).toList());
    assertEquals(new BigDecimal("0.00015"), failed.call().cost());
    assertEquals(new BigDecimal("0.0003"), failed.cost());
  }

  @Test
  void doesNotAskModelIfBudgetIsExhausted() {
    budgets.with(new BudgetId(BudgetScope.TEAM, "search"), BudgetPeriod.DAILY, "0.001");
    InvocationResult.OverBudget over =
        assertInstanceOf(InvocationResult.OverBudget.class, invoker.invoke(direct(SEARCH, "1")));

    assertTrue(provider.requests.isEmpty());
    assertInstanceOf(BudgetRejection.Exhausted.class, over.rejection());
    assertEquals(List.of(over.call()), log.records);
    assertEquals(Optional.of("budget"), over.call().failure());
    assertEquals(BigDecimal.ZERO, over.cost());
    answered(invoker.invoke(direct(SALES, "1")));
  }

  @Test
  void cacheHitNeedsNoBudget() {
    answered(invoker.invoke(direct(SEARCH, "0")));
    budgets.with(new BudgetId(BudgetScope.INSTALLATION, BudgetId.ALL), BudgetPeriod.DAILY, "0.001");
    now = now.plusSeconds(6);

    assertEquals(CacheOutcome.EXACT, answered(invoker.invoke(direct(SEARCH, "0"))).call().cache());
    assertInstanceOf(InvocationResult.OverBudget.class, invoker.invoke(direct(SEARCH, "1")));
  }

  @Test
  void unbilledAttemptsShareOneReservation() {
    // Enough for one attempt at its maximum cost, but not for two.
    budgets.with(new BudgetId(BudgetScope.KEY, "key_1"), BudgetPeriod.DAILY, "0.005");
    provider.failures.addAll(List.of(OVERLOADED, OVERLOADED));

    answered(invoker.invoke(direct(SEARCH, "1")));
  }

  @Test
  void settlesInterruptedAttemptBeforeNextReservation() {
    budgets.with(new BudgetId(BudgetScope.TEAM, "search"), BudgetPeriod.DAILY, "0.005");
    provider.failures.add(
        new Reply.Interrupted(
            new Reply.Unreachable("cut"),
            "claude-haiku-4-5",
            new Usage(0, 0, 0, 1500, 0, 0),
            false));
    InvocationResult.OverBudget over =
        assertInstanceOf(InvocationResult.OverBudget.class, invoker.invoke(direct(SEARCH, "1")));

    assertEquals(1, provider.requests.size());
    assertEquals(2, log.records.size());
    assertEquals(new BigDecimal("0.003"), over.cost());
  }
}
