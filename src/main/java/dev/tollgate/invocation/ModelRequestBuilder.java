package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptMessage;
import dev.tollgate.prompt.content.RenderResult;
import dev.tollgate.provider.ModelInfo;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds requests from a managed prompt and a caller's request. The prompt sets the model, the
 * parameters and the system text, since it was tested with them. The caller sets the rest.
 */
final class ModelRequestBuilder {
  private ModelRequestBuilder() {}

  /**
   * Builds the request to one model.
   *
   * @param provider the model's provider, which is also that of the caller's request
   * @param model the prompt's model or one of its fallbacks
   * @param modelInfo absent if the model is unknown
   */
  static ModelRequest build(
      Provider provider,
      String model,
      Optional<ModelInfo> modelInfo,
      PromptContent content,
      RenderResult.Rendered rendered,
      Input.Managed managed) {
    ModelRequest built =
        switch (provider) {
          case ANTHROPIC -> buildAnthropic(model, modelInfo, content, rendered, managed);
          case OPENAI -> buildOpenAi(model, content, rendered, managed);
        };
    return managed.callerRequest().map(sent -> mergeCallerFields(built, sent)).orElse(built);
  }

  private static ModelRequest buildAnthropic(
      String model,
      Optional<ModelInfo> modelInfo,
      PromptContent content,
      RenderResult.Rendered rendered,
      Input.Managed managed) {
    CacheBreakpoints breakpoints = CacheBreakpoints.of(content, managed, modelInfo);
    Optional<JsonNode> system = Optional.empty();
    ArrayNode messages = JsonNodes.array();
    for (RenderResult.Message message : rendered.messages()) {
      if (message.segments().isEmpty()) {
        continue;
      }
      JsonNode text = breakpoints.content(message);
      if (message.role() == PromptMessage.Role.SYSTEM) {
        system = Optional.of(text);
      } else {
        messages.addObject().put("role", message.role().id()).set("content", text);
      }
    }
    messages.addAll(managed.messages());
    return MessagesJson.newRequest(
        model, content.maxTokens(), system, messages, content.temperature());
  }

  /** The system text is a message here, and OpenAI caches prompts without breakpoints. */
  private static ModelRequest buildOpenAi(
      String model, PromptContent content, RenderResult.Rendered rendered, Input.Managed managed) {
    ArrayNode messages = JsonNodes.array();
    for (RenderResult.Message message : rendered.messages()) {
      if (!message.segments().isEmpty()) {
        messages.addObject().put("role", message.role().id()).put("content", message.text());
      }
    }
    messages.addAll(managed.messages());
    return ChatJson.newRequest(model, content.maxTokens(), messages, content.temperature());
  }

  private static ModelRequest mergeCallerFields(ModelRequest built, ModelRequest sent) {
    ObjectNode others = sent.otherFields().deepCopy();
    others.remove(sent.provider().samplingFields());
    others.remove(maxTokensFields(sent.provider()));
    others.setAll(built.otherFields());
    return new ModelRequest(
        built.provider(),
        sent.apiVersion(),
        sent.apiBeta(),
        built.model(),
        built.maxTokens(),
        built.system(),
        built.messages(),
        built.temperature(),
        sent.metadata(),
        sent.streamOptions(),
        others);
  }

  /** Returns the fields of the caller's request that the prompt overrides. */
  static List<String> overriddenFields(ModelRequest sent, PromptContent content) {
    List<String> fields = new ArrayList<>();
    if (!sent.model().equals(content.model())) {
      fields.add("model");
    }
    if (sent.maxTokens().orElse(content.maxTokens()) != content.maxTokens()) {
      fields.add("max_tokens");
    }
    maxTokensFields(sent.provider()).stream()
        .filter(sent.otherFields()::hasNonNull)
        .filter(
            field ->
                !sent.otherFields()
                    .path(field)
                    .asText()
                    .equals(Integer.toString(content.maxTokens())))
        .forEach(fields::add);
    boolean sameTemperature =
        sent.temperature()
            .map(
                value -> content.temperature().filter(own -> own.compareTo(value) == 0).isPresent())
            .orElse(true);
    if (!sameTemperature) {
      fields.add("temperature");
    }
    sent.provider().samplingFields().stream().filter(sent.otherFields()::has).forEach(fields::add);
    return fields;
  }

  /** The optional fields that limit the length of an answer. */
  private static List<String> maxTokensFields(Provider provider) {
    return switch (provider) {
      case ANTHROPIC -> List.of();
      case OPENAI -> ChatJson.MAX_TOKENS_FIELDS;
    };
  }
}
