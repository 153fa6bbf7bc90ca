package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.invocation.Invocation.Question;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptMessage;
import dev.tollgate.prompt.Rendering;
import dev.tollgate.provider.ModelFacts;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.anthropic.MessagesWire;
import dev.tollgate.provider.openai.ChatWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The request that a managed prompt and its caller make together. What the prompt was tested with
 * is the prompt's to say: model, parameters, system text. The rest is the caller's.
 */
final class PromptedRequest {
  private PromptedRequest() {}

  /**
   * The request to a model.
   *
   * @param provider of the model, which is that of a request sent, too
   * @param model the prompt's own, or one that it falls back on
   * @param facts what is known of the model
   */
  static ModelRequest of(
      Provider provider,
      String model,
      Optional<ModelFacts> facts,
      PromptContent content,
      Rendering.Rendered rendered,
      Question.Managed managed) {
    ModelRequest fresh =
        switch (provider) {
          case ANTHROPIC -> anthropic(model, facts, content, rendered, managed);
          case OPENAI -> openAi(model, content, rendered, managed);
        };
    return managed.sent().map(sent -> withOpenFields(fresh, sent)).orElse(fresh);
  }

  private static ModelRequest anthropic(
      String model,
      Optional<ModelFacts> facts,
      PromptContent content,
      Rendering.Rendered rendered,
      Question.Managed managed) {
    CacheMarks marks = CacheMarks.of(content, managed, facts);
    Optional<JsonNode> system = Optional.empty();
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (Rendering.Message message : rendered.messages()) {
      if (message.segments().isEmpty()) {
        continue;
      }
      JsonNode text = marks.content(message);
      if (message.role() == PromptMessage.Role.SYSTEM) {
        system = Optional.of(text);
      } else {
        messages.addObject().put("role", message.role().id()).set("content", text);
      }
    }
    messages.addAll(managed.messages());
    return MessagesWire.question(
        model, content.maxTokens(), system, messages, content.temperature());
  }

  /** The system text is a message like others here, and prompts are cached without marks. */
  private static ModelRequest openAi(
      String model, PromptContent content, Rendering.Rendered rendered, Question.Managed managed) {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (Rendering.Message message : rendered.messages()) {
      if (!message.segments().isEmpty()) {
        messages.addObject().put("role", message.role().id()).put("content", message.text());
      }
    }
    messages.addAll(managed.messages());
    return ChatWire.question(model, content.maxTokens(), messages, content.temperature());
  }

  private static ModelRequest withOpenFields(ModelRequest fresh, ModelRequest sent) {
    ObjectNode others = sent.others().deepCopy();
    others.remove(sent.provider().sampling());
    others.remove(limits(sent.provider()));
    others.setAll(fresh.others());
    return new ModelRequest(
        fresh.provider(),
        sent.apiVersion(),
        sent.apiBeta(),
        fresh.model(),
        fresh.maxTokens(),
        fresh.system(),
        fresh.messages(),
        fresh.temperature(),
        sent.metadata(),
        sent.stream(),
        others);
  }

  /** What the caller sent and the prompt overrules. */
  static List<String> overruled(ModelRequest sent, PromptContent content) {
    List<String> fields = new ArrayList<>();
    if (!sent.model().equals(content.model())) {
      fields.add("model");
    }
    if (sent.maxTokens().orElse(content.maxTokens()) != content.maxTokens()) {
      fields.add("max_tokens");
    }
    limits(sent.provider()).stream()
        .filter(sent.others()::hasNonNull)
        .filter(
            field ->
                !sent.others().path(field).asText().equals(Integer.toString(content.maxTokens())))
        .forEach(fields::add);
    boolean sameTemperature =
        sent.temperature()
            .map(
                value -> content.temperature().filter(own -> own.compareTo(value) == 0).isPresent())
            .orElse(true);
    if (!sameTemperature) {
      fields.add("temperature");
    }
    sent.provider().sampling().stream().filter(sent.others()::has).forEach(fields::add);
    return fields;
  }

  /** Optional fields that limit an answer's length. */
  private static List<String> limits(Provider provider) {
    return switch (provider) {
      case ANTHROPIC -> List.of();
      case OPENAI -> ChatWire.LENGTH_LIMITS;
    };
  }
}
