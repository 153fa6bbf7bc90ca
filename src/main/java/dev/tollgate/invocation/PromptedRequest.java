package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.invocation.Invocation.Question;
import dev.tollgate.prompt.PromptCaching;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptMessage;
import dev.tollgate.prompt.Rendering;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.anthropic.MessagesWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The request that a managed prompt and its caller make together. What the prompt was tested with
 * is the prompt's to say: model, parameters, system text. The rest is the caller's.
 */
final class PromptedRequest {
  /** Sampling parameters that change answers as temperature does, which no version declares. */
  private static final List<String> SAMPLING = List.of("top_p", "top_k");

  private PromptedRequest() {}

  static ModelRequest of(
      PromptContent content, Rendering.Rendered rendered, Question.Managed managed) {
    // The provider takes four marks at most, and a caller who sets some knows its conversation.
    boolean marks =
        managed.sent().filter(MessagesWire::marksCaching).isEmpty()
            && !MessagesWire.marksCaching(managed.messages());
    // A document may be marked without a lifetime being said.
    PromptCaching caching =
        content.promptCaching() == PromptCaching.OFF
            ? PromptCaching.FIVE_MINUTES
            : content.promptCaching();
    Optional<String> lifetime = marks ? Optional.of(caching.id()) : Optional.empty();
    Optional<JsonNode> system = Optional.empty();
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    for (Rendering.Message message : rendered.messages()) {
      if (message.segments().isEmpty()) {
        continue;
      }
      JsonNode text = text(message, lifetime);
      if (message.role() == PromptMessage.Role.SYSTEM) {
        system = Optional.of(text);
      } else {
        messages.addObject().put("role", message.role().id()).set("content", text);
      }
    }
    messages.addAll(managed.messages());
    ModelRequest fresh =
        MessagesWire.question(
            content.model(), content.maxTokens(), system, messages, content.temperature());
    return managed.sent().map(sent -> withOpenFields(fresh, sent)).orElse(fresh);
  }

  /** A plain string, unless the provider's prompt cache is to keep a part of it. */
  private static JsonNode text(Rendering.Message message, Optional<String> lifetime) {
    boolean marked =
        lifetime.isPresent() && message.segments().stream().anyMatch(Rendering.Segment::marked);
    if (!marked) {
      return JsonNodeFactory.instance.textNode(message.text());
    }
    ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
    for (Rendering.Segment segment : message.segments()) {
      blocks.add(
          MessagesWire.textBlock(segment.text(), segment.marked() ? lifetime : Optional.empty()));
    }
    return blocks;
  }

  private static ModelRequest withOpenFields(ModelRequest fresh, ModelRequest sent) {
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
        sent.others().deepCopy().without(SAMPLING));
  }

  /** What the caller sent and the prompt overrules. */
  static List<String> overruled(ModelRequest sent, PromptContent content) {
    List<String> fields = new ArrayList<>();
    if (!sent.model().equals(content.model())) {
      fields.add("model");
    }
    if (sent.maxTokens() != content.maxTokens()) {
      fields.add("max_tokens");
    }
    boolean sameTemperature =
        sent.temperature()
            .map(
                value -> content.temperature().filter(own -> own.compareTo(value) == 0).isPresent())
            .orElse(true);
    if (!sameTemperature) {
      fields.add("temperature");
    }
    SAMPLING.stream().filter(field -> sent.others().has(field)).forEach(fields::add);
    return fields;
  }
}
