package dev.tollgate.invocation;

import dev.tollgate.cost.CallRecord;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelResponse;
import java.util.List;
import java.util.Optional;

/** What came of an invocation. Only the first two were calls and left a record. */
public sealed interface InvocationResult {
  /**
   * An answer, from the model or from the cache.
   *
   * @param ignored request fields that a managed prompt overruled
   */
  record Answered(
      ModelResponse response, CallRecord call, Optional<PromptVersion> prompt, List<String> ignored)
      implements InvocationResult {
    public Answered {
      ignored = List.copyOf(ignored);
    }
  }

  /** The provider gave no answer. */
  record Failed(ModelProvider.Reply.Failure failure, CallRecord call) implements InvocationResult {}

  /** The call never began: the prompt or its variables are not as they must be. */
  sealed interface Refused extends InvocationResult {
    PromptName prompt();
  }

  record UnknownPrompt(PromptName prompt) implements Refused {}

  /** The prompt has versions, but none is in production. */
  record NoneActive(PromptName prompt) implements Refused {}

  record MissingVariable(PromptName prompt, String variable) implements Refused {}

  record UndeclaredVariable(PromptName prompt, String variable) implements Refused {}
}
