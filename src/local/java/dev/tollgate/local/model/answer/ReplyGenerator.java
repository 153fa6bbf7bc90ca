package dev.tollgate.local.model.answer;

import dev.tollgate.local.model.answer.Conversation.Tool;
import dev.tollgate.local.model.answer.Conversation.ToolChoice;
import dev.tollgate.local.model.answer.Reply.Block;
import dev.tollgate.local.model.answer.Reply.StopReason;
import dev.tollgate.local.model.fault.FaultDirective.Degradation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns a conversation into a reply: what to say, and where it has to stop. */
public final class ReplyGenerator {
  private static final String THINKING_TEXT =
      "(Simulated thinking: look for the sentence of the context that answers the question.)";
  private static final String REFUSAL_TEXT = "I'm not able to";

  /** What a caller who declared no tool is made to see used all the same. */
  private static final Tool FALLBACK_TOOL = new Tool("some_tool", Json.object());

  private final Conversation conversation;
  private final TokenCounter tokens;
  private final List<Block> blocks = new ArrayList<>();
  private int thinkingTokens;
  private int outputTokens;
  private StopReason stopReason = StopReason.END_TURN;
  private Optional<String> stopSequence = Optional.empty();

  private ReplyGenerator(Conversation conversation) {
    this.conversation = conversation;
    this.tokens = TokenCounter.of(conversation.model());
  }

  public static Reply generate(Conversation conversation, Optional<Degradation> degradation) {
    ReplyGenerator generator = new ReplyGenerator(conversation);
    if (degradation.equals(Optional.of(Degradation.EMPTY))) {
      // The real API bills a few tokens for a turn that ends at once.
      generator.outputTokens = 2;
    } else {
      generator.addThinking();
      generator.addContent(degradation);
    }
    return generator.toReply();
  }

  private Reply toReply() {
    return new Reply(blocks, stopReason, stopSequence, outputTokens, thinkingTokens);
  }

  private void addThinking() {
    if (conversation.showsThinking()) {
      String thought = tokens.truncate(THINKING_TEXT, conversation.maxTokens());
      thinkingTokens = tokens.count(thought);
      outputTokens = thinkingTokens;
      blocks.add(new Block.Thinking(thought));
    }
  }

  private void addContent(Optional<Degradation> degradation) {
    if (degradation.isEmpty()) {
      Optional<Tool> tool = selectTool();
      if (tool.isPresent()) {
        addToolUse(tool.get());
      } else {
        addText(answerText(), conversation.maxTokens() - outputTokens);
      }
      return;
    }
    switch (degradation.get()) {
      case EMPTY -> {}
      case UNGROUNDED ->
          addText(
              ExtractiveModel.ungroundedAnswer(conversation),
              conversation.maxTokens() - outputTokens);
      case MAX_TOKENS -> addText(answerText(), Math.max(1, tokens.count(answerText()) / 2));
      case PAUSE_TURN -> stopWith("Let me look that up.", StopReason.PAUSE_TURN);
      case REFUSAL -> stopWith(REFUSAL_TEXT, StopReason.REFUSAL);
      case CONTENT_FILTER -> stopWith(firstHalf(answerText()), StopReason.CONTENT_FILTER);
      case CONTEXT_WINDOW -> stopWith(firstHalf(answerText()), StopReason.CONTEXT_WINDOW);
      case UNHEARD_OF -> stopWith(answerText(), StopReason.UNKNOWN);
      case TOOL_USE -> addToolUse(conversation.tools().stream().findFirst().orElse(FALLBACK_TOOL));
    }
  }

  private void stopWith(String text, StopReason reason) {
    addText(text, conversation.maxTokens() - outputTokens);
    stopReason = reason;
    stopSequence = Optional.empty();
  }

  private String firstHalf(String text) {
    return tokens.truncate(text, Math.max(1, tokens.count(text) / 2));
  }

  private String answerText() {
    return conversation
        .answerSchema()
        .map(
            schema ->
                Json.write(
                    RuleBasedJudge.isJudgeSchema(schema)
                        ? RuleBasedJudge.verdicts(conversation, schema)
                        : new SchemaFiller(conversation).fill(schema)))
        .orElseGet(() -> ExtractiveModel.answer(conversation));
  }

  private void addText(String text, int budget) {
    String content = text;
    for (String sequence : conversation.stopSequences()) {
      int at = content.indexOf(sequence);
      if (at >= 0) {
        content = content.substring(0, at);
        stopReason = StopReason.STOP_SEQUENCE;
        stopSequence = Optional.of(sequence);
      }
    }
    if (tokens.count(content) > budget) {
      content = tokens.truncate(content, Math.max(0, budget));
      stopReason = StopReason.MAX_TOKENS;
      stopSequence = Optional.empty();
    }
    if (!content.isEmpty()) {
      blocks.add(new Block.Text(content));
      outputTokens += tokens.count(content);
    }
  }

  private void addToolUse(Tool tool) {
    var input =
        RuleBasedJudge.isJudgeSchema(tool.inputSchema())
            ? RuleBasedJudge.verdicts(conversation, tool.inputSchema())
            : new SchemaFiller(conversation).fill(tool.inputSchema());
    int cost = tokens.count(tool.name()) + tokens.count(Json.write(input));
    if (cost > conversation.maxTokens() - outputTokens) {
      outputTokens = conversation.maxTokens();
      stopReason = StopReason.MAX_TOKENS;
      return;
    }
    outputTokens += cost;
    blocks.add(new Block.ToolUse(tool.name(), input));
    stopReason = StopReason.TOOL_USE;
  }

  private Optional<Tool> selectTool() {
    return switch (conversation.toolChoice()) {
      case ToolChoice.None() -> Optional.empty();
      case ToolChoice.Any() -> namedByUser().or(() -> conversation.tools().stream().findFirst());
      case ToolChoice.Named(String name) ->
          conversation.tools().stream().filter(tool -> tool.name().equals(name)).findFirst();
      case ToolChoice.Auto() -> namedByUser();
    };
  }

  /** A tool is used unforced only when the last message names it: no rule could guess better. */
  private Optional<Tool> namedByUser() {
    if (conversation.turns().isEmpty() || !conversation.turns().getLast().fromUser()) {
      return Optional.empty();
    }
    String asked =
        Sections.of(conversation.turns().getLast().text()).remainder().toLowerCase(Locale.ROOT);
    return conversation.tools().stream()
        .filter(tool -> asked.contains(tool.name().toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}
