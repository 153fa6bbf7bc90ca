package dev.tollgate.function.invoke;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.function.admin.PromptResponses;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.invocation.ManagedPrompt;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.anthropic.MessagesStreamWriter;
import dev.tollgate.provider.openai.ChatStreamWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;

/** Says what came of an invocation, in the shape of the route that was called. */
final class InvocationResponses {
  private InvocationResponses() {}

  /**
   * The provider's own answer, whole or as a stream, with Tollgate's figures in headers.
   *
   * @param provider whose shape the caller speaks
   * @param stream the options of the stream that the caller wants, if it wants one
   */
  static HttpResponse toRelayResponse(
      InvocationResult result, Provider provider, Optional<ObjectNode> stream) {
    return switch (result) {
      case InvocationResult.Answered answered -> {
        ObjectNode body = answered.response().body();
        HttpResponse answer =
            stream
                .map(options -> HttpResponse.stream(events(provider, body, options)))
                .orElseGet(() -> HttpResponse.of(200, body));
        if (!answered.ignoredFields().isEmpty()) {
          answer =
              answer.withHeader("x-tollgate-ignored", String.join(",", answered.ignoredFields()));
        }
        yield withCallHeaders(answer, answered);
      }
      case InvocationResult.Failed failed -> failureResponse(failed);
      case InvocationResult.OverBudget over -> budgetResponse(over);
      case InvocationResult.Rejected refused -> throw new ApiException(toApiError(refused));
    };
  }

  private static String events(Provider provider, ObjectNode body, ObjectNode options) {
    return switch (provider) {
      case ANTHROPIC -> MessagesStreamWriter.write(body);
      case OPENAI -> ChatStreamWriter.write(body, options);
    };
  }

  /** The text and its figures. */
  static HttpResponse toInvokeResponse(InvocationResult result) {
    return switch (result) {
      case InvocationResult.Answered answered ->
          withCallHeaders(HttpResponse.of(200, invokeBody(answered)), answered);
      case InvocationResult.Failed failed -> failureResponse(failed);
      case InvocationResult.OverBudget over -> budgetResponse(over);
      case InvocationResult.Rejected refused -> throw new ApiException(toApiError(refused));
    };
  }

  private static ObjectNode invokeBody(InvocationResult.Answered answered) {
    CallRecord call = answered.call();
    ObjectNode body =
        JsonNodeFactory.withExactBigDecimals(true)
            .objectNode()
            .put("text", answered.response().text())
            .put("cached", call.cache() != CacheOutcome.NONE)
            .put("cache", call.cache().id());
    call.similarity().ifPresent(similarity -> body.put("similarity", similarity));
    answered.prompt().ifPresent(used -> body.set("prompt", prompt(used)));
    body.put("requested_model", call.requestedModel())
        .put("model", answered.response().model())
        .put("finish_reason", answered.response().finishReason().id());
    body.set("usage", usage(call.usage()));
    return body.put("cost_usd", answered.cost())
        .put("avoided_cost_usd", call.avoidedCost())
        .put("call_id", call.callId().value())
        .put("latency_ms", call.latency().toMillis());
  }

  private static ObjectNode prompt(ManagedPrompt prompt) {
    ObjectNode answer = PromptResponses.object().put("name", prompt.name().value());
    PromptResponses.putVersion(answer, "version", prompt.version());
    return answer;
  }

  private static ObjectNode usage(Usage usage) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("input_tokens", usage.input())
        .put("cache_read_tokens", usage.cacheRead())
        .put("cache_write_5m_tokens", usage.cacheWrite5m())
        .put("cache_write_1h_tokens", usage.cacheWrite1h())
        .put("output_tokens", usage.output());
  }

  private static HttpResponse withCallHeaders(
      HttpResponse answer, InvocationResult.Answered answered) {
    HttpResponse complete =
        BudgetResponses.withNotices(
            withCallHeaders(answer, answered.call(), answered.cost()), answered.budgetNotices());
    if (answered.cacheKey().isPresent()) {
      complete = complete.withHeader("x-tollgate-cache-key", answered.cacheKey().get().digest());
    }
    if (!answered.droppedFields().isEmpty()) {
      complete =
          complete.withHeader("x-tollgate-dropped", String.join(",", answered.droppedFields()));
    }
    Optional<BigDecimal> similarity = answered.call().similarity();
    if (similarity.isPresent()) {
      complete = complete.withHeader("x-tollgate-similarity", similarity.get().toPlainString());
    }
    return answered.call().cache() == CacheOutcome.NONE
        ? complete
        : complete.withHeader("age", Long.toString(answered.age().toSeconds()));
  }

  private static HttpResponse withCallHeaders(
      HttpResponse answer, CallRecord call, BigDecimal cost) {
    HttpResponse complete =
        answer
            // Where the clients of Anthropic and of OpenAI look for what to quote to an operator.
            .withHeader("request-id", call.callId().value())
            .withHeader("x-request-id", call.callId().value())
            .withHeader("x-tollgate-call-id", call.callId().value())
            .withHeader("x-tollgate-cache", call.cache().id())
            .withHeader("x-tollgate-cost-usd", cost.toPlainString())
            .withHeader("x-tollgate-avoided-cost-usd", call.avoidedCost().toPlainString())
            .withHeader("x-tollgate-requested-model", call.requestedModel())
            .withHeader("x-tollgate-model", call.model());
    return call.prompt()
        .map(prompt -> complete.withHeader("x-tollgate-prompt", reference(prompt)))
        .orElse(complete);
  }

  private static String reference(CallRecord.PromptUse prompt) {
    boolean file = prompt.version() == CallRecord.PromptUse.FILE_VERSION;
    return prompt.name() + "@" + (file ? "file" : Integer.toString(prompt.version()));
  }

  private static HttpResponse budgetResponse(InvocationResult.OverBudget over) {
    HttpResponse refusal = BudgetResponses.denied(over.rejection(), over.call().callId().time());
    return withCallHeaders(refusal, over.call(), over.cost());
  }

  private static HttpResponse failureResponse(InvocationResult.Failed failed) {
    return withCallHeaders(failureResponse(failed.failure()), failed.call(), failed.cost());
  }

  private static HttpResponse failureResponse(Reply.Failure failure) {
    return switch (failure) {
      case Reply.ProviderError declined -> providerErrorResponse(declined);
      case Reply.Unreachable(String reason) -> unreachableResponse(reason);
      case Reply.MalformedResponse(String reason) -> unreachableResponse(reason);
      case Reply.TimedOut() ->
          HttpResponse.of(
              new ApiError(
                  504,
                  "timeout_error",
                  "provider_timeout",
                  "The model did not answer in time: ask for a shorter answer or try again.",
                  Optional.empty()));
      case Reply.CircuitOpen(Duration remaining) ->
          HttpResponse.of(
                  new ApiError(
                      503,
                      "overloaded_error",
                      "provider_suspended",
                      "The model provider is down and was not asked: try again in a moment.",
                      Optional.empty()))
              .withHeader("retry-after", Long.toString(remaining.toSeconds() + 1));
      case Reply.Misconfigured(String remedy) ->
          HttpResponse.of(
              ApiError.serverError(
                  500, "provider_not_configured", "Tollgate cannot ask: " + remedy));
      case Reply.Interrupted(var cause, _, _, _) -> failureResponse(cause);
      case Reply.ResponseLost(var cause) -> failureResponse(cause);
      case Reply.NotAttempted() ->
          throw new IllegalStateException("whoever withheld the call knows why");
    };
  }

  private static HttpResponse unreachableResponse(String reason) {
    return HttpResponse.of(
        ApiError.serverError(502, "provider_unreachable", "No answer: " + reason + ". Try again."));
  }

  private static HttpResponse providerErrorResponse(Reply.ProviderError declined) {
    HttpResponse answer =
        HttpResponse.of(
            // Passed on, it would tell callers that their keys are wrong.
            declined.isAccountError()
                ? ApiError.serverError(
                    502,
                    "provider_refused_tollgate",
                    "The model provider refused Tollgate's own key: its operator must check it.")
                : new ApiError(
                    declined.status(),
                    declined.type(),
                    declined.code().orElse("provider_declined"),
                    declined.message(),
                    declined.param()));
    return declined
        .retryAfter()
        .map(
            wait -> Long.toString(wait.plusMillis(999).toSeconds())) // Rather later than too early.
        .map(seconds -> answer.withHeader("retry-after", seconds))
        .orElse(answer);
  }

  /** The route that speaks a provider's own API. */
  private static String routeOf(Provider provider) {
    return switch (provider) {
      case ANTHROPIC -> "/v1/messages";
      case OPENAI -> "/v1/chat/completions";
    };
  }

  private static ApiError toApiError(InvocationResult.Rejected refused) {
    return switch (refused) {
      case InvocationResult.PromptNotAllowed(String keyId, var name) ->
          PromptNames.promptNotAllowed(keyId, name);
      case InvocationResult.OnlyPromptsAllowed(String keyId) ->
          ApiError.notAllowed(
              "prompt_not_allowed",
              "x-tollgate-prompt",
              "Key %s is limited to certain prompts: name one of them.".formatted(keyId));
      case InvocationResult.ProviderMismatch(var name, String model, var provider) ->
          ApiError.invalid(
              "x-tollgate-prompt",
              "Prompt %s asks %s, a model of %s: send the request to %s, or to /v1/prompts/%s/invoke."
                  .formatted(name, model, provider.displayName(), routeOf(provider), name));
      case InvocationResult.ModelRetired(String model, LocalDate date, var successor) ->
          new ApiError(
              400,
              "invalid_request_error",
              "model_retired",
              "The model %s was retired on %s: ask %s."
                  .formatted(model, date, successor.orElse("another one")),
              Optional.of("model"));
      case InvocationResult.ModelNotAllowed(String keyId, String model) ->
          ApiError.notAllowed(
              "model_not_allowed",
              "model",
              "Key %s may not use model %s: ask for another model or for a key that allows it."
                  .formatted(keyId, model));
      case InvocationResult.NoSuchPrompt(PromptError.NoActiveVersion(var name)) ->
          ApiError.conflict(
              "no_active_version",
              "name",
              "Prompt %s has no active version: activate one first.".formatted(name));
      case InvocationResult.NoSuchPrompt(PromptError refusal) -> ErrorMapper.toApiError(refusal);
      case InvocationResult.NoUserMessage(var name) ->
          ApiError.missing(
              "input",
              "Prompt %s asks nothing itself: send either input, the user's words, or messages, a"
                      .formatted(name)
                  + " conversation.");
      case InvocationResult.BlankMessage(var name, int message) ->
          ApiError.invalid(
              "variables",
              "With these values, message %d of prompt %s says nothing: give it a text."
                  .formatted(message, name));
      case InvocationResult.WrongVariableType(var name, String variable, var type) ->
          ApiError.invalid(
              "variables." + variable,
              "The variable %s of prompt %s must be %s."
                  .formatted(variable, name, type.constraint()));
      case InvocationResult.MissingVariable(var name, String variable) ->
          ApiError.missing(
              "variables." + variable,
              "Prompt %s needs a value for the variable %s.".formatted(name, variable));
      case InvocationResult.UndeclaredVariable(var name, String variable) ->
          ApiError.unknown(
              "variables." + variable,
              "Prompt %s has no variable %s: take it out.".formatted(name, variable));
    };
  }
}
