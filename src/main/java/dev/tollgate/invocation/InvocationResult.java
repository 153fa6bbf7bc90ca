package dev.tollgate.invocation;

import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.SemanticCache;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.Variable;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** What came of an invocation. Only the first three were calls and left a record. */
public sealed interface InvocationResult {
  /**
   * An answer, from the model or from the cache.
   *
   * @param call the record that ended the call
   * @param cost USD of the call in all its attempts
   * @param ignoredFields request fields that a managed prompt overruled
   * @param droppedFields request fields that the model would have refused
   * @param cacheKey where the answer may be kept, if it may
   * @param age how long ago it was given
   * @param nearest the kept question that came nearest and did not help, if one was looked for
   * @param budgetNotices whose soft limit is reached
   */
  record Answered(
      ModelResponse response,
      CallRecord call,
      BigDecimal cost,
      Optional<ManagedPrompt> prompt,
      List<String> ignoredFields,
      List<String> droppedFields,
      Optional<CacheKey> cacheKey,
      Duration age,
      Optional<SemanticCache.NearestMiss> nearest,
      List<SoftLimitNotice> budgetNotices)
      implements InvocationResult {
    public Answered {
      budgetNotices = List.copyOf(budgetNotices);
      ignoredFields = List.copyOf(ignoredFields);
      droppedFields = List.copyOf(droppedFields);
    }

    Answered withNearest(Optional<SemanticCache.NearestMiss> question) {
      return new Answered(
          response,
          call,
          cost,
          prompt,
          ignoredFields,
          droppedFields,
          cacheKey,
          age,
          question,
          budgetNotices);
    }
  }

  /**
   * No model gave an answer.
   *
   * @param call the record that ended the call
   * @param cost USD of the call in all its attempts
   */
  record Failed(ModelProvider.Reply.Failure failure, CallRecord call, BigDecimal cost)
      implements InvocationResult {}

  /**
   * The call, or another attempt at it, was not made: its budgets do not allow it.
   *
   * @param call the record that ended the call
   * @param cost USD of the attempts that were made
   */
  record OverBudget(BudgetRejection denial, CallRecord call, BigDecimal cost)
      implements InvocationResult {}

  /** The call never began: the key does not allow it, or the prompt is not as it must be. */
  sealed interface Rejected extends InvocationResult {}

  record PromptNotAllowed(String keyId, PromptName prompt) implements Rejected {}

  /** The key is limited to prompts, and the request came without one. */
  record OnlyPromptsAllowed(String keyId) implements Rejected {}

  /**
   * The prompt's model is another provider's than the API that the request came in by.
   *
   * @param provider whose model it is
   */
  record ProviderMismatch(PromptName prompt, String model, Provider provider) implements Rejected {}

  record ModelNotAllowed(String keyId, String model) implements Rejected {}

  /** The provider has ended the model, and nothing is to be asked in its place. */
  record ModelRetired(String model, LocalDate date, Optional<String> successor)
      implements Rejected {}

  /** The prompt or the version that was asked for is not there. */
  record NoSuchPrompt(PromptError error) implements Rejected {}

  record MissingVariable(PromptName prompt, String variable) implements Rejected {}

  record UndeclaredVariable(PromptName prompt, String variable) implements Rejected {}

  record WrongVariableType(PromptName prompt, String variable, Variable.Type type)
      implements Rejected {}

  /** With these values, a message of the prompt says nothing. */
  record BlankMessage(PromptName prompt, int message) implements Rejected {}

  /** Neither the caller nor the prompt says anything for the model to answer. */
  record NoUserMessage(PromptName prompt) implements Rejected {}
}
