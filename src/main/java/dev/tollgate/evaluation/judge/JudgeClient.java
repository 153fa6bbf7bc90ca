package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.invocation.CacheDirectives;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.json.JsonMappers;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sends requests to a judge. The material is one JSON object, so that no text can end its field.
 * The provider itself binds the reply to a schema.
 */
@Singleton
class JudgeClient {
  private static final ObjectReader JSON =
      JsonMappers.EXACT.reader().with(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

  private final Function<Invocation, InvocationResult> pipeline;
  private final JudgePrompt prompt;
  private final ModelCatalogue models;

  @Inject
  JudgeClient(BoundedInvoker invoker, JudgePrompt prompt, ModelCatalogue models) {
    this(invoker::invoke, prompt, models);
  }

  /** Uses the given pipeline, for tests. */
  JudgeClient(
      Function<Invocation, InvocationResult> pipeline, JudgePrompt prompt, ModelCatalogue models) {
    this.pipeline = pipeline;
    this.prompt = prompt;
    this.models = models;
  }

  /** The reply of a judge. */
  sealed interface JudgeReply {
    record Parsed(JsonNode json) implements JudgeReply {}

    /** The judge replied, but not with valid JSON. */
    record Unparseable(String reason) implements JudgeReply {}

    /** The judge did not reply. */
    record NoReply(String reason) implements JudgeReply {}
  }

  JudgeReply send(JudgeVersion version, JudgeContext context, ObjectNode task, JsonNode schema) {
    PromptContent content = prompt.content(version);
    Optional<String> instructions = content.template().text();
    if (instructions.isEmpty()) {
      return new JudgeReply.NoReply(
          version.id() + " is a chat: a judge's prompt must be a plain text");
    }
    Invocation invocation =
        new Invocation(
            context.caller(),
            context.endpoint(),
            Optional.empty(),
            new Invocation.Input.Direct(
                buildRequest(version.model(), content, instructions.get(), task, schema)),
            CacheDirectives.BYPASS,
            Purpose.JUDGE,
            context.deadline());
    return switch (pipeline.apply(invocation)) {
      case InvocationResult.Answered answered -> parseReply(answered.response());
      case InvocationResult.Failed failed ->
          new JudgeReply.NoReply(
              "the judge %s gave no answer: %s"
                  .formatted(version.model(), describeFailure(failed.failure())));
      case InvocationResult.OverBudget(BudgetRejection rejection, _, _) ->
          new JudgeReply.NoReply(
              "the judge %s was not called: %s"
                  .formatted(version.model(), BudgetDenialText.describe(rejection)));
      case InvocationResult.Rejected rejected ->
          new JudgeReply.NoReply("the judge cannot be called: " + rejected);
    };
  }

  private ModelRequest buildRequest(
      String model, PromptContent content, String instructions, ObjectNode task, JsonNode schema) {
    ArrayNode messages = JsonNodes.array();
    return switch (models.provider(model)) {
      case ANTHROPIC -> {
        messages.addObject().put("role", "user").put("content", task.toString());
        ModelRequest request =
            MessagesJson.newRequest(
                model,
                content.maxTokens(),
                Optional.of(TextNode.valueOf(instructions)),
                messages,
                content.temperature());
        request
            .otherFields()
            .putObject("output_config")
            .putObject("format")
            .put("type", "json_schema")
            .set("schema", schema);
        yield request;
      }
      case OPENAI -> {
        messages.addObject().put("role", "system").put("content", instructions);
        messages.addObject().put("role", "user").put("content", task.toString());
        ModelRequest request =
            ChatJson.newRequest(model, content.maxTokens(), messages, content.temperature());
        ObjectNode format = request.otherFields().putObject("response_format");
        format
            .put("type", "json_schema")
            .putObject("json_schema")
            .put("name", task.path("task").asText())
            .put("strict", true)
            .set("schema", schema);
        yield request;
      }
    };
  }

  private static JudgeReply parseReply(ModelResponse response) {
    if (!response.finishReason().isComplete()) {
      return new JudgeReply.Unparseable(
          "the judge's answer ended by " + response.finishReason().id());
    }
    try {
      JsonNode reply = JSON.readTree(response.text());
      return reply.isObject()
          ? new JudgeReply.Parsed(reply)
          : new JudgeReply.Unparseable("the judge's answer is not a JSON object");
    } catch (JsonProcessingException e) {
      return new JudgeReply.Unparseable("the judge's answer is not a JSON object");
    }
  }

  private static String describeFailure(Reply.Failure failure) {
    return switch (failure) {
      case Reply.ProviderError error -> error.type() + ", " + error.message();
      case Reply.Unreachable(String reason) -> reason;
      case Reply.MalformedResponse(String reason) -> reason;
      case Reply.CircuitOpen _ -> "the circuit breaker of its provider is open";
      case Reply.TimedOut() -> "the call timed out";
      case Reply.Interrupted(var cause, _, _, _) -> describeFailure(cause);
      case Reply.ResponseLost(var cause) -> describeFailure(cause);
      case Reply.Misconfigured(String remedy) -> remedy;
      case Reply.NotAttempted() -> "the call was not attempted";
    };
  }
}
