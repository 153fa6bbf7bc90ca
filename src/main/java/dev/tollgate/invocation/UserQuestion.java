package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.RenderResult;
import dev.tollgate.prompt.content.SemanticCaching;
import dev.tollgate.prompt.content.Variable;
import dev.tollgate.provider.ModelRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A user's question, separated from everything else that shapes the answer.
 *
 * @param text the user's own words
 * @param rest the request without the question
 * @param variables the prompt's variables without the one that contains the question
 */
record UserQuestion(String text, ModelRequest rest, Map<String, JsonNode> variables) {
  /** In characters. A longer message is not a question but contains a document. */
  private static final int MAX_LENGTH = 1000;

  UserQuestion {
    variables = Map.copyOf(variables);
  }

  /**
   * Finds the question in a request built from a prompt. A conversation with tools, or with
   * anything but text, has none.
   */
  static Optional<UserQuestion> find(
      SemanticCaching semantic,
      PromptContent content,
      Input.Managed managed,
      ModelRequest request) {
    if (!request.isTextOnly()) {
      return Optional.empty();
    }
    return semantic
        .variable()
        .map(name -> ofVariable(name, content, managed, request))
        .orElseGet(() -> ofLastMessage(request, managed))
        .filter(question -> !question.text.isBlank() && question.text.length() <= MAX_LENGTH);
  }

  private static Optional<UserQuestion> ofVariable(
      String name, PromptContent content, Input.Managed managed, ModelRequest request) {
    Map<String, JsonNode> others = new HashMap<>(managed.variables());
    Optional<String> text =
        Optional.ofNullable(others.remove(name))
            .or(
                () ->
                    Optional.ofNullable(content.variables().get(name))
                        .flatMap(Variable::defaultValue))
            .map(JsonNode::asText);
    Map<String, JsonNode> without = new HashMap<>(others);
    without.put(name, TextNode.valueOf("{{" + name + "}}"));
    return text.isPresent() && content.render(without) instanceof RenderResult.Rendered rendered
        ? Optional.of(
            new UserQuestion(
                text.get(),
                ModelRequestBuilder.build(
                    request.provider(),
                    request.model(),
                    // Cache breakpoints would depend on the question's length.
                    Optional.empty(),
                    content,
                    rendered,
                    managed),
                others))
        : Optional.empty();
  }

  private static Optional<UserQuestion> ofLastMessage(ModelRequest request, Input.Managed managed) {
    ArrayNode messages = request.messages().deepCopy();
    JsonNode last = messages.path(messages.size() - 1);
    if (!last.path("role").asText().equals("user")) {
      return Optional.empty();
    }
    JsonNode content = last.path("content");
    // Of several blocks, the last one is the question, and the others are its context.
    boolean whole = content.isTextual();
    JsonNode text = whole ? content : content.path(content.size() - 1).path("text");
    JsonNode holder = whole ? last : content.path(content.size() - 1);
    if (!text.isTextual() || !(holder instanceof ObjectNode object)) {
      return Optional.empty();
    }
    object.putNull(whole ? "content" : "text");
    return Optional.of(
        new UserQuestion(text.textValue(), request.withMessages(messages), managed.variables()));
  }
}
