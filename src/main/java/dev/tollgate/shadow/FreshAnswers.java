package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.evaluation.judge.Judge;
import dev.tollgate.evaluation.judge.Sameness;
import dev.tollgate.evaluation.judge.Sitting;
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
class FreshAnswers {
  private final Function<Invocation, InvocationResult> pipeline;
  private final Judge judge;

  @Inject
  FreshAnswers(LlmInvoker invoker, Judge judge) {
    this(invoker::invoke, judge);
  }

  /**
   * Asks through a pipeline that a test has made.
   *
   * @param pipeline what an invoker does
   */
  FreshAnswers(Function<Invocation, InvocationResult> pipeline, Judge judge) {
    this.pipeline = pipeline;
    this.judge = judge;
  }

  Verdict compare(Shadow shadow, Instant deadline) {
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
          compare(shadow, answered.response(), new Sitting(caller, shadow.endpoint(), deadline));
      case InvocationResult.Failed failed ->
          new Verdict.Undecided(
              "the model gave no answer: " + failed.call().failure().orElse("unknown"));
      case InvocationResult.OverBudget _ ->
          new Verdict.Undecided("a budget does not allow to ask again");
      case InvocationResult.Rejected refused ->
          new Verdict.Undecided("the question cannot be asked again: " + refused);
    };
  }

  private Verdict compare(Shadow shadow, ModelResponse fresh, Sitting sitting) {
    if (!fresh.finishReason().isComplete() || fresh.text().isBlank()) {
      return new Verdict.Undecided("the model's answer ended by " + fresh.finishReason().id());
    }
    return Answers.compare(shadow.served(), fresh.text())
        .map(FreshAnswers::verdict)
        .orElseGet(() -> judged(shadow, fresh.text(), sitting));
  }

  private Verdict judged(Shadow shadow, String fresh, Sitting sitting) {
    return switch (judge.compare(
        judge.version(shadow.request().model()),
        sitting,
        shadow.question(),
        shadow.served(),
        fresh)) {
      case Sameness.Judged(boolean same) -> verdict(same);
      case Sameness.Unknown(String reason) -> new Verdict.Undecided(reason);
    };
  }

  private static Verdict verdict(boolean same) {
    return same ? new Verdict.Same() : new Verdict.Different();
  }
}
