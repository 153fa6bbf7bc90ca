package dev.tollgate.invocation;

import dev.tollgate.budget.BudgetService;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.Invocation.Question;
import dev.tollgate.prompt.Outcome;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.Refusal;
import dev.tollgate.prompt.Rendering;
import dev.tollgate.prompt.Variable;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.provider.Fitted;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.MDC;

/** Makes a call of what a caller asks, as far as the caller may ask it, and has it answered. */
@Singleton
public class LlmInvoker {
  /**
   * Where log lines find the id of their thread's call. It stays there after the call, for the
   * lines of whoever asked, who removes it.
   */
  public static final String CALL = "call_id";

  private final Prompts prompts;
  private final ModelCatalogue models;
  private final Candidates candidates;
  private final Answering answering;
  private final BudgetService budgets;
  private final Clock clock;

  LlmInvoker(
      Prompts prompts,
      ModelCatalogue models,
      Candidates candidates,
      Answering answering,
      BudgetService budgets,
      Clock clock) {
    this.prompts = prompts;
    this.models = models;
    this.candidates = candidates;
    this.answering = answering;
    this.budgets = budgets;
    this.clock = clock;
  }

  public InvocationResult invoke(Invocation invocation) {
    budgets.prefetch();
    return switch (invocation.question()) {
      case Question.Own(ModelRequest request) -> own(invocation, request);
      case Question.Repeated repeated -> repeat(invocation, repeated);
      case Question.Managed managed -> resolve(invocation, managed);
    };
  }

  private InvocationResult own(Invocation invocation, ModelRequest request) {
    Caller caller = invocation.caller();
    if (!caller.restrictions().allowsUnmanagedRequests()) {
      return new InvocationResult.OnlyPromptsAllowed(caller.keyId());
    }
    return answer(invocation, List.of(request), Optional.empty(), List.of());
  }

  private InvocationResult repeat(Invocation invocation, Question.Repeated repeated) {
    return switch (prompts.find(repeated.prompt(), new VersionRef.Number(repeated.version()))) {
      case Outcome.Refused<ManagedPrompt>(Refusal refusal) ->
          new InvocationResult.NoSuchPrompt(refusal);
      case Outcome.Done<ManagedPrompt>(ManagedPrompt prompt) ->
          answer(invocation, List.of(repeated.request()), Optional.of(prompt), List.of());
    };
  }

  private InvocationResult resolve(Invocation invocation, Question.Managed managed) {
    Caller caller = invocation.caller();
    if (!caller.restrictions().allowsPrompt(managed.prompt().value())) {
      return new InvocationResult.PromptNotAllowed(caller.keyId(), managed.prompt());
    }
    return switch (prompts.find(managed.prompt(), managed.version())) {
      case Outcome.Refused<ManagedPrompt>(Refusal refusal) ->
          new InvocationResult.NoSuchPrompt(refusal);
      case Outcome.Done<ManagedPrompt>(ManagedPrompt prompt)
          when !caller.restrictions().allowsModel(prompt.content().model()) ->
          new InvocationResult.ModelNotAllowed(caller.keyId(), prompt.content().model());
      case Outcome.Done<ManagedPrompt>(ManagedPrompt prompt) -> render(invocation, managed, prompt);
    };
  }

  private InvocationResult render(
      Invocation invocation, Question.Managed managed, ManagedPrompt prompt) {
    String model = prompt.content().model();
    Provider provider = models.provider(model);
    if (managed.sent().filter(sent -> sent.provider() != provider).isPresent()) {
      return new InvocationResult.OtherProvider(managed.prompt(), model, provider);
    }
    if (managed.messages().isEmpty() && !prompt.content().template().asks()) {
      return new InvocationResult.NothingAsked(managed.prompt());
    }
    return switch (prompt.content().render(managed.variables())) {
      case Rendering.Missing(String variable) ->
          new InvocationResult.MissingVariable(managed.prompt(), variable);
      case Rendering.Undeclared(String variable) ->
          new InvocationResult.UndeclaredVariable(managed.prompt(), variable);
      case Rendering.WrongType(String variable, Variable.Type type) ->
          new InvocationResult.WrongVariable(managed.prompt(), variable, type);
      case Rendering.Blank(int message) ->
          new InvocationResult.BlankMessage(managed.prompt(), message);
      case Rendering.Rendered rendered ->
          answer(
              invocation,
              requests(invocation.purpose(), managed, prompt.content(), rendered),
              Optional.of(prompt),
              managed
                  .sent()
                  .map(sent -> PromptedRequest.overruled(sent, prompt.content()))
                  .orElse(List.of()));
    };
  }

  /**
   * What is asked of the prompt's model and of each that it falls back on, as far as their answers
   * have the shape that the caller's API has. A test is one of the prompt's own model.
   */
  private List<ModelRequest> requests(
      Purpose purpose,
      Question.Managed managed,
      PromptContent content,
      Rendering.Rendered rendered) {
    List<String> fallbacks = purpose == Purpose.LIVE ? content.fallbacks() : List.of();
    return Stream.concat(Stream.of(content.model()), fallbacks.stream())
        .filter(
            model ->
                managed.sent().map(sent -> sent.provider() == models.provider(model)).orElse(true))
        .map(
            model ->
                PromptedRequest.of(
                    models.provider(model), model, models.find(model), content, rendered, managed))
        .toList();
  }

  private InvocationResult answer(
      Invocation invocation,
      List<ModelRequest> requests,
      Optional<ManagedPrompt> prompt,
      List<String> ignored) {
    return switch (candidates.choose(invocation.caller(), requests)) {
      case Candidates.Choice.Chosen(List<Fitted> chosen) -> {
        CallId id = CallId.next(clock);
        MDC.put(CALL, id.value());
        yield answering.answer(
            new Call(
                id, invocation, requests.getFirst(), chosen, prompt, ignored, Optional.empty()));
      }
      case Candidates.Choice.Nobody(InvocationResult.Refused refusal) -> refusal;
    };
  }
}
