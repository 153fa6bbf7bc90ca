package dev.tollgate.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.evaluation.judge.BoundedInvoker;
import dev.tollgate.evaluation.judge.BudgetDenialText;
import dev.tollgate.evaluation.judge.Judge;
import dev.tollgate.evaluation.judge.JudgeCheckResult;
import dev.tollgate.evaluation.judge.JudgeContext;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.suite.CaseScorer;
import dev.tollgate.evaluation.suite.ModelOutput;
import dev.tollgate.evaluation.suite.TestCase;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.CacheDirectives;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.VersionRef;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Calls the model through the pipeline of all calls, but bypasses the response cache. */
@Singleton
class ModelEvaluator implements Evaluator {
  /** The caller that test runs act and pay as. */
  static final Caller CALLER =
      new Caller("tollgate-regression", "tollgate", Set.of(Role.INVOKE, Role.PREVIEW));

  private static final String ENDPOINT = "regression";

  private final BoundedInvoker invoker;
  private final Judge judge;
  private final CaseScorer scorer;

  ModelEvaluator(BoundedInvoker invoker, Judge judge, CaseScorer scorer) {
    this.invoker = invoker;
    this.judge = judge;
    this.scorer = scorer;
  }

  @Override
  public JudgeVersion judgeVersionFor(String testedModel) {
    return judge.currentVersion(testedModel);
  }

  @Override
  public JudgeCheckResult checkJudge(JudgeVersion version, Instant deadline) {
    return judge.checkForRuns(version, judgeContext(deadline));
  }

  @Override
  public Attempt.Result evaluate(
      PromptVersion version,
      TestCase test,
      JudgeVersion judgeVersion,
      Instant deadline,
      Runnable onAnswer) {
    InvocationResult result = invoker.invoke(buildInvocation(version, test, deadline));
    onAnswer.run();
    return switch (result) {
      case InvocationResult.Answered answered -> {
        ModelOutput output =
            new ModelOutput(answered.response().text(), answered.call().latency(), answered.cost());
        yield new Attempt.Result.Answered(
            output.text(),
            output.latency(),
            output.cost(),
            scorer.score(test, output, judgeVersion, judgeContext(deadline)));
      }
      case InvocationResult.Failed(_, CallRecord call, _) ->
          new Attempt.Result.NoAnswer(
              "the model gave no answer: " + call.failure().orElse("unknown"));
      case InvocationResult.OverBudget(BudgetRejection rejection, _, _) ->
          new Attempt.Result.NoAnswer(
              "the model was not called: " + BudgetDenialText.describe(rejection));
      case InvocationResult.Rejected rejected -> new Attempt.Result.NoAnswer(describe(rejected));
    };
  }

  private static Invocation buildInvocation(
      PromptVersion version, TestCase test, Instant deadline) {
    ArrayNode messages = JsonNodes.array();
    test.messageFor(version.content())
        .ifPresent(text -> messages.addObject().put("role", "user").put("content", text));
    return new Invocation(
        CALLER,
        ENDPOINT,
        Optional.empty(),
        new Invocation.Input.Managed(
            version.name(),
            new VersionRef.Number(version.number()),
            test.variablesFor(version.content()),
            messages,
            Optional.empty(),
            true),
        CacheDirectives.BYPASS,
        Purpose.REGRESSION,
        deadline);
  }

  private static JudgeContext judgeContext(Instant deadline) {
    return new JudgeContext(CALLER, ENDPOINT, deadline);
  }

  /** Describes why the prompt rejects the case. */
  private static String describe(InvocationResult.Rejected rejected) {
    return switch (rejected) {
      case InvocationResult.MissingVariable(_, String variable) ->
          "the case does not set the variable " + variable;
      case InvocationResult.UndeclaredVariable(_, String variable) ->
          "the prompt does not declare the variable " + variable;
      case InvocationResult.WrongVariableType(_, String variable, var type) ->
          "the variable %s must be a %s".formatted(variable, type.id());
      case InvocationResult.BlankMessage _ -> "a message is empty with these variables";
      case InvocationResult.NoUserMessage _ ->
          "there is no user message: set the variable %s in the case".formatted(TestCase.QUERY);
      case InvocationResult.ModelRetired(String model, _, _) ->
          "its provider has retired the model " + model;
      case InvocationResult.PromptNotAllowed _,
          InvocationResult.OnlyPromptsAllowed _,
          InvocationResult.ProviderMismatch _,
          InvocationResult.ModelNotAllowed _,
          InvocationResult.NoSuchPrompt _ ->
          "the version cannot be called: " + rejected;
    };
  }
}
