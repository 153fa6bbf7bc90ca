package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.evaluation.judge.Equivalence;
import dev.tollgate.evaluation.judge.Judge;
import dev.tollgate.evaluation.judge.JudgeContext;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyRestrictions;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.CacheDirectives;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.invocation.LlmInvoker;
import dev.tollgate.provider.ModelResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Compares served answers with what the model says to the question itself. */
@Singleton
class FreshAnswerComparator {
  private final Function<Invocation, InvocationResult> pipeline;
  private final Judge judge;

  @Inject
  FreshAnswerComparator(LlmInvoker invoker, Judge judge) {
    this(invoker::invoke, judge);
  }

  /**
   * Asks through a pipeline that a test has made.
   *
   * @param pipeline what an invoker does
   */
  FreshAnswerComparator(Function<Invocation, InvocationResult> pipeline, Judge judge) {
    this.pipeline = pipeline;
    this.judge = judge;
  }

  ComparisonVerdict compare(ShadowRequest shadow, Instant deadline) {
    Caller caller =
        new Caller(
            shadow.keyId(),
            shadow.person(),
            shadow.team(),
            Set.of(Role.INVOKE),
            KeyRestrictions.UNRESTRICTED);
    Invocation invocation =
        new Invocation(
            caller,
            shadow.endpoint(),
            Optional.empty(),
            new Invocation.Input.Replayed(shadow.request(), shadow.prompt(), shadow.version()),
            CacheDirectives.BYPASS,
            Purpose.SHADOW,
            deadline);
    return switch (pipeline.apply(invocation)) {
      case InvocationResult.Answered answered ->
          compare(
              shadow, answered.response(), new JudgeContext(caller, shadow.endpoint(), deadline));
      case InvocationResult.Failed failed ->
          new ComparisonVerdict.Undecided(
              "the model gave no answer: " + failed.call().failure().orElse("unknown"));
      case InvocationResult.OverBudget _ ->
          new ComparisonVerdict.Undecided("a budget does not allow to ask again");
      case InvocationResult.Rejected refused ->
          new ComparisonVerdict.Undecided("the question cannot be asked again: " + refused);
    };
  }

  private ComparisonVerdict compare(
      ShadowRequest shadow, ModelResponse fresh, JudgeContext sitting) {
    if (!fresh.finishReason().isComplete() || fresh.text().isBlank()) {
      return new ComparisonVerdict.Undecided(
          "the model's answer ended by " + fresh.finishReason().id());
    }
    return AnswerMatcher.compare(shadow.served(), fresh.text())
        .map(FreshAnswerComparator::toVerdict)
        .orElseGet(() -> compareByJudge(shadow, fresh.text(), sitting));
  }

  private ComparisonVerdict compareByJudge(
      ShadowRequest shadow, String fresh, JudgeContext sitting) {
    return switch (judge.compareAnswers(
        judge.currentVersion(shadow.request().model()),
        sitting,
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
