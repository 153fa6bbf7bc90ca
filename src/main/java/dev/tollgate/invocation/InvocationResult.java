package dev.tollgate.invocation;

import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.SemanticCache;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.content.Variable;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** The result of an invocation. Only the first three are calls and have a record. */
public sealed interface InvocationResult {
  /**
   * An answer, from a model or from a cache.
   *
   * @param call the record of the final attempt
   * @param cost in USD, of all attempts
   * @param ignoredFields request fields that the managed prompt overrides
   * @param droppedFields request fields that the model would reject
   * @param cacheKey present if the answer may be cached
   * @param age time since the model gave the answer
   * @param nearest the most similar cached question, if its answer was not used
   * @param budgetNotices the reached soft limits
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

    Answered withNearest(Optional<SemanticCache.NearestMiss> miss) {
      return new Answered(
          response,
          call,
          cost,
          prompt,
          ignoredFields,
          droppedFields,
          cacheKey,
          age,
          miss,
          budgetNotices);
    }
  }

  /**
   * No model gave an answer.
   *
   * @param call the record of the final attempt
   * @param cost in USD, of all attempts
   */
  record Failed(ModelProvider.Reply.Failure failure, CallRecord call, BigDecimal cost)
      implements InvocationResult {}

  /**
   * The budgets did not allow the call, or its next attempt.
   *
   * @param call the record of the final attempt
   * @param cost in USD, of the attempts that were made
   */
  record OverBudget(BudgetRejection rejection, CallRecord call, BigDecimal cost)
      implements InvocationResult {}

  /** The call was not started: the key does not allow it, or the prompt is invalid for it. */
  sealed interface Rejected extends InvocationResult {}

  record PromptNotAllowed(String keyId, PromptName prompt) implements Rejected {}

  /** The key is restricted to prompts, and the request has none. */
  record OnlyPromptsAllowed(String keyId) implements Rejected {}

  /**
   * The request came through the API of another provider than the model's.
   *
   * @param provider the model's provider
   */
  record ProviderMismatch(PromptName prompt, String model, Provider provider) implements Rejected {}

  record ModelNotAllowed(String keyId, String model) implements Rejected {}

  /** The provider has retired the model, and no successor may be used. */
  record ModelRetired(String model, LocalDate date, Optional<String> successor)
      implements Rejected {}

  /** The requested prompt or version does not exist. */
  record NoSuchPrompt(PromptError error) implements Rejected {}

  record MissingVariable(PromptName prompt, String variable) implements Rejected {}

  record UndeclaredVariable(PromptName prompt, String variable) implements Rejected {}

  record WrongVariableType(PromptName prompt, String variable, Variable.Type type)
      implements Rejected {}

  /** With these variables, a message of the prompt is blank. */
  record BlankMessage(PromptName prompt, int message) implements Rejected {}

  /** Neither the caller nor the prompt has a user message. */
  record NoUserMessage(PromptName prompt) implements Rejected {}
}
