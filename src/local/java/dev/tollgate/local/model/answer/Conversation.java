package dev.tollgate.local.model.answer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** A request independent of the API that it came through. */
public record Conversation(
    ModelTraits model,
    String system,
    List<Turn> turns,
    List<Tool> tools,
    ToolChoice toolChoice,
    Optional<JsonNode> answerSchema,
    boolean showsThinking,
    int maxTokens,
    List<String> stopSequences) {

  public Conversation {
    requireNonNull(model, "model");
    requireNonNull(system, "system");
    requireNonNull(toolChoice, "toolChoice");
    requireNonNull(answerSchema, "answerSchema");
    turns = List.copyOf(turns);
    tools = List.copyOf(tools);
    stopSequences = List.copyOf(stopSequences);
  }

  /**
   * One message as text. Documents and tool results stand in {@code <document>} tags, so that they
   * are found in the same way as a context written into the text.
   */
  public record Turn(boolean fromUser, String text) {
    public Turn {
      requireNonNull(text, "text");
    }
  }

  public record Tool(String name, JsonNode inputSchema) {
    public Tool {
      requireNonNull(name, "name");
      requireNonNull(inputSchema, "inputSchema");
    }
  }

  public sealed interface ToolChoice {
    record Auto() implements ToolChoice {}

    record None() implements ToolChoice {}

    record Any() implements ToolChoice {}

    record Named(String tool) implements ToolChoice {}
  }
}
