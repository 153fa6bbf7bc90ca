package dev.tollgate.local.model.answer;

import dev.tollgate.local.model.answer.Conversation.Tool;
import dev.tollgate.local.model.answer.Conversation.ToolChoice;
import dev.tollgate.local.model.answer.Reply.Block;
import dev.tollgate.local.model.answer.Reply.StopReason;
import dev.tollgate.local.model.fault.Behaviour.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns a conversation into a reply: what to say, and where it has to stop. */
public final class Generator {
  private static final String THOUGHT =
      "(Simulated thinking: look for the sentence of the context that answers the question.)";
  private static final String REFUSING = "I'm not able to";

  /** What a caller who declared no tool is made to see used all the same. */
  private static final Tool SOME_TOOL = new Tool("some_tool", Json.object());

  private final Conversation conversation;
  private final TokenCounter tokens;
  private final List<Block> blocks = new ArrayList<>();
  private int thinkingTokens;
  private int outputTokens;
  private StopReason stopReason = StopReason.END_TURN;
  private Optional<String> stopSequence = Optional.empty();

  private Generator(Conversation conversation) {
    this.conversation = conversation;
    this.tokens = TokenCounter.of(conversation.model());
  }

  public static Reply reply(Conversation conversation, Optional<Way> way) {
    Generator generator = new Generator(conversation);
    if (way.equals(Optional.of(Way.EMPTY))) {
      // The real API bills a few tokens for a turn that ends at once.
      generator.outputTokens = 2;
    } else {
      generator.think();
      generator.speak(way);
    }
    return generator.toReply();
  }

  private Reply toReply() {
    return new Reply(blocks, stopReason, stopSequence, outputTokens, thinkingTokens);
  }

  private void think() {
    if (conversation.showsThinking()) {
      String thought = tokens.truncate(THOUGHT, conversation.maxTokens());
      thinkingTokens = tokens.count(thought);
      outputTokens = thinkingTokens;
      blocks.add(new Block.Thinking(thought));
    }
  }

  private void speak(Optional<Way> way) {
    if (way.isEmpty()) {
      Optional<Tool> tool = toolToUse();
      if (tool.isPresent()) {
        use(tool.get());
      } else {
        say(text(), conversation.maxTokens() - outputTokens);
      }
      return;
    }
    switch (way.get()) {
      case EMPTY -> {}
      case UNGROUNDED ->
          say(Answerer.ungrounded(conversation), conversation.maxTokens() - outputTokens);
      case MAX_TOKENS -> say(text(), Math.max(1, tokens.count(text()) / 2));
      case PAUSE_TURN -> stop("Let me look that up.", StopReason.PAUSE_TURN);
      case REFUSAL -> stop(REFUSING, StopReason.REFUSAL);
      case CONTENT_FILTER -> stop(firstHalf(text()), StopReason.CONTENT_FILTER);
      case CONTEXT_WINDOW -> stop(firstHalf(text()), StopReason.CONTEXT_WINDOW);
      case UNHEARD_OF -> stop(text(), StopReason.UNHEARD_OF);
      case TOOL_USE -> use(conversation.tools().stream().findFirst().orElse(SOME_TOOL));
    }
  }

  private void stop(String text, StopReason reason) {
    say(text, conversation.maxTokens() - outputTokens);
    stopReason = reason;
    stopSequence = Optional.empty();
  }

  private String firstHalf(String text) {
    return tokens.truncate(text, Math.max(1, tokens.count(text) / 2));
  }

  private String text() {
    return conversation
        .answerSchema()
        .map(
            schema ->
                Json.write(
                    Judge.asks(schema)
                        ? Judge.verdicts(conversation, schema)
                        : new SchemaFiller(conversation).fill(schema)))
        .orElseGet(() -> Answerer.answer(conversation));
  }

  private void say(String text, int budget) {
    String said = text;
    for (String sequence : conversation.stopSequences()) {
      int at = said.indexOf(sequence);
      if (at >= 0) {
        said = said.substring(0, at);
        stopReason = StopReason.STOP_SEQUENCE;
        stopSequence = Optional.of(sequence);
      }
    }
    if (tokens.count(said) > budget) {
      said = tokens.truncate(said, Math.max(0, budget));
      stopReason = StopReason.MAX_TOKENS;
      stopSequence = Optional.empty();
    }
    if (!said.isEmpty()) {
      blocks.add(new Block.Text(said));
      outputTokens += tokens.count(said);
    }
  }

  private void use(Tool tool) {
    var input =
        Judge.asks(tool.inputSchema())
            ? Judge.verdicts(conversation, tool.inputSchema())
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

  private Optional<Tool> toolToUse() {
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
    if (conversation.turns().isEmpty() || !conversation.turns().getLast().user()) {
      return Optional.empty();
    }
    String asked =
        Sections.of(conversation.turns().getLast().text()).rest().toLowerCase(Locale.ROOT);
    return conversation.tools().stream()
        .filter(tool -> asked.contains(tool.name().toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}
