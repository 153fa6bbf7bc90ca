package dev.tollgate.invocation;

import dev.tollgate.budget.BudgetService;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.RenderResult;
import dev.tollgate.prompt.content.Variable;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.MDC;

/** Checks an invocation, resolves and renders its prompt, and executes it as a call. */
@Singleton
public class LlmInvoker {
  /**
   * MDC key of the call's id for log lines. It stays set after the call, for the log lines of the
   * request handler, which removes it.
   */
  public static final String MDC_CALL_ID = "call_id";

  private final PromptResolver prompts;
  private final ModelCatalogue models;
  private final ModelSelector modelSelector;
  private final CallPipeline pipeline;
  private final BudgetService budgets;
  private final Clock clock;

  LlmInvoker(
      PromptResolver prompts,
      ModelCatalogue models,
      ModelSelector modelSelector,
      CallPipeline pipeline,
      BudgetService budgets,
      Clock clock) {
    this.prompts = prompts;
    this.models = models;
    this.modelSelector = modelSelector;
    this.pipeline = pipeline;
    this.budgets = budgets;
    this.clock = clock;
  }

  public InvocationResult invoke(Invocation invocation) {
    budgets.prefetch();
    return switch (invocation.input()) {
      case Input.Direct(ModelRequest request) -> invokeDirect(invocation, request);
      case Input.Replayed replayed -> invokeReplayed(invocation, replayed);
      case Input.Managed managed -> invokeManaged(invocation, managed);
    };
  }

  private InvocationResult invokeDirect(Invocation invocation, ModelRequest request) {
    Caller caller = invocation.caller();
    if (!caller.restrictions().allowsUnmanagedRequests()) {
      return new InvocationResult.OnlyPromptsAllowed(caller.keyId());
    }
    return execute(invocation, List.of(request), Optional.empty(), List.of());
  }

  private InvocationResult invokeReplayed(Invocation invocation, Input.Replayed replayed) {
    return switch (prompts.resolve(replayed.prompt(), new VersionRef.Number(replayed.version()))) {
      case PromptResult.Err<ManagedPrompt>(PromptError error) ->
          new InvocationResult.NoSuchPrompt(error);
      case PromptResult.Ok<ManagedPrompt>(ManagedPrompt prompt) ->
          execute(invocation, List.of(replayed.request()), Optional.of(prompt), List.of());
    };
  }

  private InvocationResult invokeManaged(Invocation invocation, Input.Managed managed) {
    Caller caller = invocation.caller();
    if (!caller.restrictions().allowsPrompt(managed.prompt().value())) {
      return new InvocationResult.PromptNotAllowed(caller.keyId(), managed.prompt());
    }
    return switch (prompts.resolve(managed.prompt(), managed.version())) {
      case PromptResult.Err<ManagedPrompt>(PromptError error) ->
          new InvocationResult.NoSuchPrompt(error);
      case PromptResult.Ok<ManagedPrompt>(ManagedPrompt prompt)
          when !caller.restrictions().allowsModel(prompt.content().model()) ->
          new InvocationResult.ModelNotAllowed(caller.keyId(), prompt.content().model());
      case PromptResult.Ok<ManagedPrompt>(ManagedPrompt prompt) ->
          renderAndExecute(invocation, managed, prompt);
    };
  }

  private InvocationResult renderAndExecute(
      Invocation invocation, Input.Managed managed, ManagedPrompt prompt) {
    String model = prompt.content().model();
    Provider provider = models.provider(model);
    if (managed.callerRequest().filter(sent -> sent.provider() != provider).isPresent()) {
      return new InvocationResult.ProviderMismatch(managed.prompt(), model, provider);
    }
    if (managed.messages().isEmpty() && !prompt.content().template().endsWithUserMessage()) {
      return new InvocationResult.NoUserMessage(managed.prompt());
    }
    return switch (prompt.content().render(managed.variables())) {
      case RenderResult.MissingVariable(String variable) ->
          new InvocationResult.MissingVariable(managed.prompt(), variable);
      case RenderResult.UndeclaredVariable(String variable) ->
          new InvocationResult.UndeclaredVariable(managed.prompt(), variable);
      case RenderResult.WrongType(String variable, Variable.Type type) ->
          new InvocationResult.WrongVariableType(managed.prompt(), variable, type);
      case RenderResult.BlankMessage(int message) ->
          new InvocationResult.BlankMessage(managed.prompt(), message);
      case RenderResult.Rendered rendered ->
          execute(
              invocation,
              buildRequests(invocation.purpose(), managed, prompt.content(), rendered),
              Optional.of(prompt),
              managed
                  .callerRequest()
                  .map(sent -> ModelRequestBuilder.overriddenFields(sent, prompt.content()))
                  .orElse(List.of()));
    };
  }

  /**
   * Builds the requests to the prompt's model and its fallbacks, if their provider is that of the
   * caller's API. Only live calls use fallbacks: a test run tests the prompt's own model.
   */
  private List<ModelRequest> buildRequests(
      Purpose purpose,
      Input.Managed managed,
      PromptContent content,
      RenderResult.Rendered rendered) {
    List<String> fallbacks = purpose == Purpose.LIVE ? content.fallbacks() : List.of();
    return Stream.concat(Stream.of(content.model()), fallbacks.stream())
        .filter(
            model ->
                managed
                    .callerRequest()
                    .map(sent -> sent.provider() == models.provider(model))
                    .orElse(true))
        .map(
            model ->
                ModelRequestBuilder.build(
                    models.provider(model), model, models.find(model), content, rendered, managed))
        .toList();
  }

  private InvocationResult execute(
      Invocation invocation,
      List<ModelRequest> requests,
      Optional<ManagedPrompt> prompt,
      List<String> ignored) {
    return switch (modelSelector.select(invocation.caller(), requests)) {
      case ModelSelector.Selection.Selected(List<AdaptedRequest> chosen) -> {
        CallId id = CallId.next(clock);
        MDC.put(MDC_CALL_ID, id.value());
        yield pipeline.execute(
            new CallContext(
                id, invocation, requests.getFirst(), chosen, prompt, ignored, Optional.empty()));
      }
      case ModelSelector.Selection.NoEligibleModel(InvocationResult.Rejected rejection) ->
          rejection;
    };
  }
}
