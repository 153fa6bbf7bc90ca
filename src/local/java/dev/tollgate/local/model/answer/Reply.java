package dev.tollgate.local.model.answer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** What the model said and why it stopped, before either wire has shaped it. */
public record Reply(
    List<Block> blocks,
    StopReason stopReason,
    Optional<String> stopSequence,
    int outputTokens,
    int thinkingTokens) {

  public Reply {
    blocks = List.copyOf(blocks);
    requireNonNull(stopReason, "stopReason");
    requireNonNull(stopSequence, "stopSequence");
    if (thinkingTokens > outputTokens) {
      throw new IllegalArgumentException("thinking is part of the output");
    }
  }

  public sealed interface Block {
    record Thinking(String text) implements Block {}

    record Text(String text) implements Block {}

    record ToolUse(String name, JsonNode input) implements Block {}
  }

  /** Anthropic's reasons; OpenAI's finish reasons are derived from them. */
  public enum StopReason {
    END_TURN("end_turn", "stop"),
    MAX_TOKENS("max_tokens", "length"),
    STOP_SEQUENCE("stop_sequence", "stop"),
    TOOL_USE("tool_use", "tool_calls"),
    // OpenAI has no server-side tool loop to pause, so its nearest reason is an answer cut short.
    PAUSE_TURN("pause_turn", "length"),
    /** OpenAI stops as ever and says it in the message. */
    REFUSAL("refusal", "stop"),
    // Anthropic's classifiers refuse instead.
    CONTENT_FILTER("refusal", "content_filter"),
    CONTEXT_WINDOW("model_context_window_exceeded", "length"),
    UNKNOWN("unheard_of", "unheard_of");

    private final String anthropic;
    private final String openAi;

    StopReason(String anthropic, String openAi) {
      this.anthropic = anthropic;
      this.openAi = openAi;
    }

    public String anthropic() {
      return anthropic;
    }

    public String openAi() {
      return openAi;
    }
  }
}
