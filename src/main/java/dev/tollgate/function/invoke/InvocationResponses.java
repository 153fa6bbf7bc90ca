package dev.tollgate.function.invoke;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.ErrorMapper;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.JsonText;
import dev.tollgate.function.http.PromptNames;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.invocation.ManagedPrompt;
import dev.tollgate.json.JsonNodes;
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

/** Responses to calls, in the format of their routes. */
final class InvocationResponses {
  private InvocationResponses() {}

  /**
   * The response of the provider, complete or as a stream, with Tollgate's figures in headers.
   *
   * @param provider whose format the caller uses
   * @param stream the stream options, if the caller requests a stream
   */
  static HttpResponse toRelayResponse(
      InvocationResult result, Provider provider, Optional<ObjectNode> stream) {
    return switch (result) {
      case InvocationResult.Answered answered -> {
        ObjectNode body = answered.response().body();
        HttpResponse response =
            stream
                .map(options -> HttpResponse.stream(events(provider, body, options)))
                .orElseGet(() -> HttpResponse.of(200, body));
        if (!answered.ignoredFields().isEmpty()) {
          response =
              response.withHeader("x-tollgate-ignored", String.join(",", answered.ignoredFields()));
        }
        yield withCallHeaders(response, answered);
      }
      case InvocationResult.Failed failed -> failureResponse(failed);
      case InvocationResult.OverBudget over -> budgetResponse(over);
      case InvocationResult.Rejected rejected -> throw new ApiException(toApiError(rejected));
    };
  }

  private static String events(Provider provider, ObjectNode body, ObjectNode options) {
    return switch (provider) {
      case ANTHROPIC -> MessagesStreamWriter.write(body);
      case OPENAI -> ChatStreamWriter.write(body, options);
    };
  }

  /** The text of the model with its figures. */
  static HttpResponse toInvokeResponse(InvocationResult result) {
    return switch (result) {
      case InvocationResult.Answered answered ->
          withCallHeaders(HttpResponse.of(200, invokeBody(answered)), answered);
      case InvocationResult.Failed failed -> failureResponse(failed);
      case InvocationResult.OverBudget over -> budgetResponse(over);
      case InvocationResult.Rejected rejected -> throw new ApiException(toApiError(rejected));
    };
  }

  private static ObjectNode invokeBody(InvocationResult.Answered answered) {
    CallRecord call = answered.call();
    ObjectNode body =
        JsonNodes.object()
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
    ObjectNode response = JsonNodes.object().put("name", prompt.name().value());
    JsonText.putInt(response, "version", prompt.version());
    return response;
  }

  private static ObjectNode usage(Usage usage) {
    return JsonNodes.object()
        .put("input_tokens", usage.input())
        .put("cache_read_tokens", usage.cacheRead())
        .put("cache_write_5m_tokens", usage.cacheWrite5m())
        .put("cache_write_1h_tokens", usage.cacheWrite1h())
        .put("output_tokens", usage.output());
  }

  private static HttpResponse withCallHeaders(
      HttpResponse response, InvocationResult.Answered answered) {
    HttpResponse complete =
        BudgetResponses.withNotices(
            withCallHeaders(response, answered.call(), answered.cost()), answered.budgetNotices());
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
      HttpResponse response, CallRecord call, BigDecimal cost) {
    HttpResponse complete =
        response
            // The request ids of the clients of Anthropic and of OpenAI.
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
    HttpResponse rejection =
        BudgetResponses.rejected(over.rejection(), over.call().callId().time());
    return withCallHeaders(rejection, over.call(), over.cost());
  }

  private static HttpResponse failureResponse(InvocationResult.Failed failed) {
    return withCallHeaders(failureResponse(failed.failure()), failed.call(), failed.cost());
  }

  private static HttpResponse failureResponse(Reply.Failure failure) {
    return switch (failure) {
      case Reply.ProviderError error -> providerErrorResponse(error);
      case Reply.Unreachable(String reason) -> unreachableResponse(reason);
      case Reply.MalformedResponse(String reason) -> unreachableResponse(reason);
      case Reply.TimedOut() ->
          HttpResponse.of(
              new ApiError(
                  504,
                  "timeout_error",
                  "provider_timeout",
                  "The model did not respond in time. Request a shorter response or try again.",
                  Optional.empty()));
      case Reply.CircuitOpen(Duration remaining) ->
          HttpResponse.of(
                  new ApiError(
                      503,
                      "overloaded_error",
                      "provider_suspended",
                      "The model provider is unavailable (circuit breaker open). Try again in a"
                          + " moment.",
                      Optional.empty()))
              .withHeader("retry-after", Long.toString(remaining.toSeconds() + 1));
      case Reply.Misconfigured(String remedy) ->
          HttpResponse.of(
              ApiError.serverError(
                  500, "provider_not_configured", "Tollgate cannot call the model: " + remedy));
      case Reply.Interrupted(var cause, _, _, _) -> billedFailureResponse(cause);
      case Reply.ResponseLost(var cause) -> billedFailureResponse(cause);
      case Reply.NotAttempted() ->
          throw new IllegalStateException("a call that was not attempted has its own result");
    };
  }

  /** A retry of a call that is too long for its timeout would be billed and time out again. */
  private static HttpResponse billedFailureResponse(Reply.Failure cause) {
    HttpResponse response = failureResponse(cause);
    return cause instanceof Reply.TimedOut ? response.withoutRetry() : response;
  }

  private static HttpResponse unreachableResponse(String reason) {
    return HttpResponse.of(
        ApiError.serverError(
            502, "provider_unreachable", "No response from the model: " + reason + ". Try again."));
  }

  private static HttpResponse providerErrorResponse(Reply.ProviderError error) {
    HttpResponse response =
        HttpResponse.of(
            // Relayed, the error would blame the key of the caller.
            error.isAccountError()
                ? ApiError.serverError(
                    502,
                    "provider_refused_tollgate",
                    "The model provider rejected Tollgate's own API key. Ask its operator to check"
                        + " it.")
                : new ApiError(
                    error.status(),
                    error.type(),
                    error.code().orElse("provider_declined"),
                    error.message(),
                    error.param()));
    return error
        .retryAfter()
        .map(wait -> Long.toString(wait.plusMillis(999).toSeconds())) // Rounded up.
        .map(seconds -> response.withHeader("retry-after", seconds))
        .orElse(response);
  }

  /** The route with the API of a provider. */
  private static String routeOf(Provider provider) {
    return switch (provider) {
      case ANTHROPIC -> "/v1/messages";
      case OPENAI -> "/v1/chat/completions";
    };
  }

  private static ApiError toApiError(InvocationResult.Rejected rejected) {
    return switch (rejected) {
      case InvocationResult.PromptNotAllowed(String keyId, var name) ->
          PromptNames.promptNotAllowed(keyId, name);
      case InvocationResult.OnlyPromptsAllowed(String keyId) ->
          ApiError.notAllowed(
              "prompt_not_allowed",
              "x-tollgate-prompt",
              "Key %s is limited to some prompts. Name one of them.".formatted(keyId));
      case InvocationResult.ProviderMismatch(var name, String model, var provider) ->
          ApiError.invalid(
              "x-tollgate-prompt",
              "Prompt %s uses %s, a model of %s. Send the request to %s or /v1/prompts/%s/invoke."
                  .formatted(name, model, provider.displayName(), routeOf(provider), name));
      case InvocationResult.ModelRetired(String model, LocalDate date, var successor) ->
          new ApiError(
              400,
              "invalid_request_error",
              "model_retired",
              "The model %s was retired on %s. Use %s."
                  .formatted(model, date, successor.orElse("another model")),
              Optional.of("model"));
      case InvocationResult.ModelNotAllowed(String keyId, String model) ->
          ApiError.notAllowed(
              "model_not_allowed",
              "model",
              "Key %s cannot use model %s. Use another model, or request a key that allows it."
                  .formatted(keyId, model));
      case InvocationResult.NoSuchPrompt(PromptError.NoActiveVersion(var name)) ->
          ApiError.conflict(
              "no_active_version",
              "name",
              "Prompt %s has no active version. Activate one first.".formatted(name));
      case InvocationResult.NoSuchPrompt(PromptError error) -> ErrorMapper.toApiError(error);
      case InvocationResult.NoUserMessage(var name) ->
          ApiError.missing(
              "input",
              "Prompt %s has no user message. Send `input` or `messages`.".formatted(name));
      case InvocationResult.BlankMessage(var name, int message) ->
          ApiError.invalid(
              "variables",
              "With these values, message %d of prompt %s is empty. Set its variables."
                  .formatted(message, name));
      case InvocationResult.WrongVariableType(var name, String variable, var type) ->
          ApiError.invalid(
              "variables." + variable,
              "The variable %s of prompt %s must be %s."
                  .formatted(variable, name, type.constraint()));
      case InvocationResult.MissingVariable(var name, String variable) ->
          ApiError.missing(
              "variables." + variable,
              "Prompt %s requires a value for the variable %s.".formatted(name, variable));
      case InvocationResult.UndeclaredVariable(var name, String variable) ->
          ApiError.unknown(
              "variables." + variable,
              "Prompt %s has no variable %s. Remove it.".formatted(name, variable));
    };
  }
}
