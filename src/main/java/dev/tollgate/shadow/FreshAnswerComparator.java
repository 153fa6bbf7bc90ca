package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.evaluation.judge.Equivalence;
import dev.tollgate.evaluation.judge.Judge;
import dev.tollgate.evaluation.judge.JudgeContext;
import dev.tollgate.invocation.CacheDirectives;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.invocation.LlmInvoker;
import dev.tollgate.provider.ModelResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** Compares cached answers with what the model answers to the question itself. */
@Singleton
class FreshAnswerComparator {
  private final Function<Invocation, InvocationResult> pipeline;
  private final Judge judge;

  @Inject
  FreshAnswerComparator(LlmInvoker invoker, Judge judge) {
    this(invoker::invoke, judge);
  }

  /** Uses the given pipeline, for tests. */
  FreshAnswerComparator(Function<Invocation, InvocationResult> pipeline, Judge judge) {
    this.pipeline = pipeline;
    this.judge = judge;
  }

  ComparisonVerdict compare(ShadowRequest shadow, Instant deadline) {
    Invocation invocation =
        new Invocation(
            shadow.caller(),
            shadow.endpoint(),
            Optional.empty(),
            shadow.input(),
            CacheDirectives.BYPASS,
            Purpose.SHADOW,
            deadline);
    return switch (pipeline.apply(invocation)) {
      case InvocationResult.Answered answered ->
          compare(
              shadow,
              answered.response(),
              new JudgeContext(shadow.caller(), shadow.endpoint(), deadline));
      case InvocationResult.Failed failed ->
          new ComparisonVerdict.Undecided(
              "the model gave no answer: " + failed.call().failure().orElse("unknown"));
      case InvocationResult.OverBudget _ ->
          new ComparisonVerdict.Undecided("a budget does not allow the repeated call");
      case InvocationResult.Rejected rejected ->
          new ComparisonVerdict.Undecided("the question cannot be repeated: " + rejected);
    };
  }

  private ComparisonVerdict compare(
      ShadowRequest shadow, ModelResponse fresh, JudgeContext context) {
    if (!fresh.finishReason().isComplete() || fresh.text().isBlank()) {
      return new ComparisonVerdict.Undecided(
          "the model's answer ended by " + fresh.finishReason().id());
    }
    return AnswerMatcher.compare(shadow.served(), fresh.text())
        .map(FreshAnswerComparator::toVerdict)
        .orElseGet(() -> compareByJudge(shadow, fresh.text(), context));
  }

  private ComparisonVerdict compareByJudge(
      ShadowRequest shadow, String fresh, JudgeContext context) {
    return switch (judge.compareAnswers(
        judge.currentVersion(shadow.input().request().model()),
        context,
        shadow.question(),
        shadow.served(),
        fresh)) {
      case Equivalence.Judged(boolean same) -> toVerdict(same);
      case Equivalence.Unknown(String reason) -> new ComparisonVerdict.Undecided(reason);
    };
  }

  private static ComparisonVerdict toVerdict(boolean same) {
    return same ? new ComparisonVerdict.Same() : new ComparisonVerdict.Different();
  }
}
