package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Conversation;
import dev.tollgate.local.model.answer.Conversation.Tool;
import dev.tollgate.local.model.answer.Conversation.ToolChoice;
import dev.tollgate.local.model.answer.Conversation.Turn;
import dev.tollgate.local.model.answer.Json;
import dev.tollgate.local.model.answer.ModelTraits;
import dev.tollgate.local.model.answer.ModelTraits.Sampling;
import dev.tollgate.local.model.answer.ModelTraits.Thinking;
import dev.tollgate.local.model.answer.TokenCounter;
import dev.tollgate.local.model.fault.ProviderApiException;
import dev.tollgate.local.model.wire.PromptCache.Block;
import dev.tollgate.local.model.wire.PromptCache.Lifetime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A Messages API request that passed the provider's checks: the conversation in it, and its blocks
 * in cache order. Unknown fields are let through, so that a new one does not need a new release of
 * this simulation.
 */
record AnthropicRequest(
    Conversation conversation, List<Block> blocks, int inputTokens, boolean streams) {
  private static final int MAX_BREAKPOINTS = 4;
  private static final int IMAGE_TOKENS = 1600;

  AnthropicRequest {
    blocks = List.copyOf(blocks);
  }

  static AnthropicRequest parse(JsonNode body) {
    return new Parser(body).parse();
  }

  private static final class Parser {
    private final JsonNode body;
    private final ModelTraits model;
    private final TokenCounter tokens;
    private final List<Block> blocks = new ArrayList<>();

    Parser(JsonNode body) {
      this.body = body;
      this.model = ModelTraits.of(text(body, "model"));
      this.tokens = TokenCounter.of(model);
    }

    AnthropicRequest parse() {
      int maxTokens = requireInt("max_tokens", 0);
      validateSampling();
      boolean thinks = validateThinking(maxTokens);
      List<Tool> tools = tools();
      ToolChoice choice = toolChoice(tools, thinks);
      validatePrewarm(maxTokens, thinks, choice);
      String system = system();
      // A change of tool choice or thinking invalidates cached messages, but not what precedes
      // them.
      blocks.add(
          new Block(body.path("tool_choice") + "|" + body.path("thinking"), 0, Optional.empty()));
      List<Turn> turns = messages();
      List<Block> marked = CacheBreakpointParser.withAutomaticBreakpoint(body, blocks);
      CacheBreakpointParser.validate(marked, MAX_BREAKPOINTS);
      int input = TokenCounter.PER_REQUEST + marked.stream().mapToInt(Block::tokens).sum();
      JsonNode schema = body.path("output_config").path("format").path("schema");
      Conversation conversation =
          new Conversation(
              model,
              system,
              turns,
              tools,
              choice,
              schema.isObject() ? Optional.of(schema) : Optional.empty(),
              thinks,
              maxTokens,
              stopSequences());
      return new AnthropicRequest(conversation, marked, input, body.path("stream").asBoolean());
    }

    private void validateSampling() {
      JsonNode temperature = body.path("temperature");
      JsonNode topP = body.path("top_p");
      if (isPresent(temperature)
          && !(temperature.isNumber()
              && temperature.asDouble() >= 0
              && temperature.asDouble() <= 1)) {
        throw ProviderApiException.invalid("temperature: Input should be a number between 0 and 1");
      }
      if (model.sampling() == Sampling.FREE) {
        return;
      }
      if (isPresent(temperature) && temperature.asDouble() != 1) {
        throw ProviderApiException.invalid("`temperature` may only be set to 1 for this model.");
      }
      if (isPresent(topP) && topP.asDouble() < 0.99) {
        throw ProviderApiException.invalid("`top_p` must be at least 0.99 for this model.");
      }
      if (isPresent(body.path("top_k"))) {
        throw ProviderApiException.invalid("`top_k` is not supported for this model.");
      }
    }

    private boolean validateThinking(int maxTokens) {
      JsonNode thinking = body.path("thinking");
      if (!isPresent(thinking)) {
        return false;
      }
      String type = thinking.path("type").asText();
      switch (type) {
        case "enabled" -> {
          if (model.thinking() != Thinking.BUDGET) {
            throw ProviderApiException.invalid(
                "thinking.type: \"enabled\" is not supported for this model; use \"adaptive\"");
          }
          int budget = thinking.path("budget_tokens").asInt();
          if (budget < 1024 || budget >= maxTokens) {
            throw ProviderApiException.invalid(
                "thinking.budget_tokens: must be at least 1024 and less than max_tokens");
          }
        }
        case "disabled" -> {
          if (model.thinking() == Thinking.ALWAYS) {
            throw ProviderApiException.invalid("thinking.type: this model cannot disable thinking");
          }
        }
        case "adaptive", "between_tools" -> {}
        default ->
            throw ProviderApiException.invalid("thinking.type: unknown type \"" + type + "\"");
      }
      return type.equals("enabled") || type.equals("adaptive");
    }

    private void validatePrewarm(int maxTokens, boolean thinks, ToolChoice choice) {
      boolean forced = choice instanceof ToolChoice.Any || choice instanceof ToolChoice.Named;
      if (maxTokens == 0
          && (body.path("stream").asBoolean()
              || thinks
              || forced
              || isPresent(body.path("output_config").path("format")))) {
        throw ProviderApiException.invalid(
            "max_tokens: 0 cannot be used with stream, thinking, a forced tool_choice or a"
                + " structured output format");
      }
    }

    private List<Tool> tools() {
      List<Tool> tools = new ArrayList<>();
      for (JsonNode tool : array(body, "tools")) {
        String at = "tools." + tools.size();
        String name = text(tool, "name", at + ".name");
        boolean custom = tool.path("type").asText("custom").equals("custom");
        if (custom && !tool.path("input_schema").isObject()) {
          throw ProviderApiException.invalid(at + ".input_schema: Field required");
        }
        String exact = "tool" + canonicalJson(tool);
        blocks.add(new Block(exact, tokens.count(exact), breakpoint(tool, at)));
        tools.add(new Tool(name, custom ? tool.path("input_schema") : Json.object()));
      }
      return tools;
    }

    private ToolChoice toolChoice(List<Tool> tools, boolean thinks) {
      JsonNode choice = body.path("tool_choice");
      if (!isPresent(choice)) {
        return new ToolChoice.Auto();
      }
      String type = choice.path("type").asText();
      ToolChoice parsed =
          switch (type) {
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            case "any" -> new ToolChoice.Any();
            case "tool" -> new ToolChoice.Named(text(choice, "name", "tool_choice.name"));
            default ->
                throw ProviderApiException.invalid(
                    "tool_choice.type: unknown type \"" + type + "\"");
          };
      boolean forced = type.equals("any") || type.equals("tool");
      if (forced && tools.isEmpty()) {
        throw ProviderApiException.invalid(
            "tool_choice: may only be specified while providing tools");
      }
      if (parsed instanceof ToolChoice.Named(String name)
          && tools.stream().noneMatch(tool -> tool.name().equals(name))) {
        throw ProviderApiException.invalid(
            "tool_choice.name: tool \"" + name + "\" not found in tools");
      }
      if (forced && (thinks || !model.acceptsForcedTool())) {
        throw ProviderApiException.invalid("tool_choice: tool use cannot be forced while thinking");
      }
      return parsed;
    }

    private String system() {
      JsonNode system = body.path("system");
      if (!isPresent(system)) {
        return "";
      }
      return content("system", system, "system", 0);
    }

    private List<Turn> messages() {
      JsonNode messages = body.path("messages");
      if (!isPresent(messages)) {
        throw ProviderApiException.invalid("messages: Field required");
      }
      if (!messages.isArray() || messages.isEmpty()) {
        throw ProviderApiException.invalid("messages: at least one message is required");
      }
      List<Turn> turns = new ArrayList<>();
      for (JsonNode message : messages) {
        String at = "messages." + turns.size();
        String role = message.path("role").asText();
        boolean knownRole =
            role.equals("user")
                || role.equals("assistant")
                || (role.equals("system") && model.acceptsSystemMessages());
        if (!knownRole) {
          throw ProviderApiException.invalid(at + ".role: Input should be 'user' or 'assistant'");
        }
        if (turns.isEmpty() && !role.equals("user")) {
          throw ProviderApiException.invalid("messages: first message must use the \"user\" role");
        }
        JsonNode content = message.path("content");
        boolean last = turns.size() == messages.size() - 1;
        if (last && role.equals("assistant") && !model.acceptsPrefill()) {
          throw ProviderApiException.invalid(
              "This model does not support assistant message prefill. The conversation must end"
                  + " with a user message.");
        }
        if (!isPresent(content)) {
          throw ProviderApiException.invalid(at + ".content: Field required");
        }
        String text = content(role, content, at + ".content", TokenCounter.PER_MESSAGE);
        turns.add(new Turn(!role.equals("assistant"), text));
      }
      return turns;
    }

    /** Reads a string or a list of blocks, which are the same to the cache and to the model. */
    private String content(String role, JsonNode content, String at, int overhead) {
      if (content.isTextual()) {
        return block(
            role, Json.object().put("type", "text").put("text", content.asText()), at, overhead);
      }
      if (!content.isArray()) {
        throw ProviderApiException.invalid(at + ": Input should be a string or a list of blocks");
      }
      if (content.isEmpty() && !role.equals("system")) {
        throw ProviderApiException.invalid(at + ": messages must have non-empty content");
      }
      List<String> texts = new ArrayList<>();
      for (JsonNode part : content) {
        int once = texts.isEmpty() ? overhead : 0;
        texts.add(block(role, part, at + "." + texts.size(), once));
      }
      return String.join("\n\n", texts);
    }

    private String block(String role, JsonNode part, String at, int overhead) {
      String type = text(part, "type", at + ".type");
      String text =
          switch (type) {
            case "text" -> text(part, "text", at + ".text");
            case "document" -> "<document>" + documentText(part.path("source")) + "</document>";
            case "search_result", "tool_result" ->
                "<document>" + nestedText(part.path("content")) + "</document>";
            default -> "";
          };
      if (type.equals("text") && text.isEmpty()) {
        throw ProviderApiException.invalid(at + ": text content blocks must be non-empty");
      }
      int cost =
          switch (type) {
            case "image" -> IMAGE_TOKENS;
            case "text", "document", "search_result", "tool_result" -> tokens.count(text);
            default -> tokens.count(canonicalJson(part));
          };
      blocks.add(new Block(role + canonicalJson(part), cost + overhead, breakpoint(part, at)));
      return text;
    }

    private static String documentText(JsonNode source) {
      return source.path("type").asText().equals("text")
          ? source.path("data").asText()
          : nestedText(source.path("content"));
    }

    private static String nestedText(JsonNode content) {
      if (content.isTextual()) {
        return content.asText();
      }
      Function<JsonNode, String> text = part -> part.path("text").asText();
      return String.join("\n\n", Json.items(content).stream().map(text).toList());
    }

    private List<String> stopSequences() {
      return Json.items(array(body, "stop_sequences")).stream()
          .map(JsonNode::asText)
          .filter(sequence -> !sequence.isEmpty())
          .toList();
    }

    /** Returns a block's text without its mark, which may move without changing the prefix. */
    private static String canonicalJson(JsonNode block) {
      return block instanceof ObjectNode object
          ? Json.write(object.deepCopy().without("cache_control"))
          : Json.write(block);
    }

    private static Optional<Lifetime> breakpoint(JsonNode block, String at) {
      return CacheBreakpointParser.parse(block.path("cache_control"), at);
    }

    private int requireInt(String field, int minimum) {
      JsonNode value = body.path(field);
      if (!isPresent(value)) {
        throw ProviderApiException.invalid(field + ": Field required");
      }
      if (!value.isIntegralNumber() || value.asLong() < minimum) {
        throw ProviderApiException.invalid(
            field + ": Input should be a whole number of at least " + minimum);
      }
      return (int) Math.min(value.asLong(), Integer.MAX_VALUE);
    }

    private static JsonNode array(JsonNode body, String field) {
      JsonNode value = body.path(field);
      if (isPresent(value) && !value.isArray()) {
        throw ProviderApiException.invalid(field + ": Input should be a list");
      }
      return value;
    }

    private static String text(JsonNode node, String field) {
      return text(node, field, field);
    }

    private static String text(JsonNode node, String field, String at) {
      JsonNode value = node.path(field);
      if (!isPresent(value)) {
        throw ProviderApiException.invalid(at + ": Field required");
      }
      if (!value.isTextual()) {
        throw ProviderApiException.invalid(at + ": Input should be a string");
      }
      return value.asText();
    }

    private static boolean isPresent(JsonNode value) {
      return !value.isMissingNode() && !value.isNull();
    }
  }
}
