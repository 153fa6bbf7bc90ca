package dev.tollgate.invocation;

import dev.tollgate.budget.BudgetService;
import dev.tollgate.budget.CallBudget;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.pricing.Money;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.invocation.RetryingInvoker.Attempt;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelResponse;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the models of a call within its budgets, and records every billed attempt. */
@Singleton
class ModelInvoker {
  private final RetryingInvoker retryingInvoker;
  private final BudgetService budgets;
  private final WorstCaseCost worstCase;
  private final CallRecordFactory records;
  private final CallRecorder recorder;

  ModelInvoker(
      RetryingInvoker retryingInvoker,
      BudgetService budgets,
      WorstCaseCost worstCase,
      CallRecordFactory records,
      CallRecorder recorder) {
    this.retryingInvoker = retryingInvoker;
    this.budgets = budgets;
    this.worstCase = worstCase;
    this.records = records;
    this.recorder = recorder;
  }

  /**
   * Asks the call's models until one answers.
   *
   * @param key where the answer may be cached
   */
  InvocationResult invoke(CallContext call, Optional<CacheKey> key) {
    List<CallRecord> earlier = new ArrayList<>();
    CallBudget budget =
        budgets.open(
            call.id(),
            call.invocation().caller(),
            call.prompt().map(ManagedPrompt::name),
            () -> worstCase.estimate(call),
            call.invocation().deadline());
    Attempt last =
        retryingInvoker.invoke(
            call.candidates(),
            call.invocation().deadline(),
            budget::reserve,
            attempt -> {
              CallRecord record = records.createFailedAttempt(call, attempt);
              recorder.record(call, record, budget::recordAndSettle);
              earlier.add(record);
            });
    AdaptedRequest candidate = last.candidate();
    return switch (last.reply()) {
      case Reply.Answered(ModelResponse response) -> {
        CallRecord record = records.createAnswered(call, candidate, response);
        recorder.record(call, record, budget::recordAndSettle);
        yield new Answered(
            response,
            record,
            totalCost(earlier, record),
            call.prompt(),
            call.ignoredFields(),
            candidate.droppedFields(),
            // A fallback's answer is not cached: the first model may be back for the next call.
            key.filter(_ -> candidate.equals(call.firstCandidate())),
            Duration.ZERO,
            Optional.empty(),
            budget.notices());
      }
      case Reply.Failure failure -> {
        CallRecord record = records.createFailed(call, candidate, failure);
        recorder.record(call, record, budget::recordAndSettle);
        BigDecimal cost = totalCost(earlier, record);
        yield budget
            .rejection()
            .<InvocationResult>map(
                rejection -> new InvocationResult.OverBudget(rejection, record, cost))
            .orElseGet(() -> new InvocationResult.Failed(failure, record, cost));
      }
    };
  }

  private static BigDecimal totalCost(List<CallRecord> earlier, CallRecord last) {
    return Money.normalize(
        earlier.stream().map(CallRecord::cost).reduce(last.cost(), BigDecimal::add));
  }
}
