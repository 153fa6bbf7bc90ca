package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.local.model.answer.Conversation;
import dev.tollgate.local.model.answer.Conversation.Tool;
import dev.tollgate.local.model.answer.Conversation.ToolChoice;
import dev.tollgate.local.model.answer.Conversation.Turn;
import dev.tollgate.local.model.answer.Json;
import dev.tollgate.local.model.answer.ModelTraits;
import dev.tollgate.local.model.answer.ModelTraits.Sampling;
import dev.tollgate.local.model.answer.TokenCounter;
import dev.tollgate.local.model.fault.ProviderApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A Chat Completions request that passed the provider's checks. */
record OpenAiRequest(
    Conversation conversation,
    String prompt,
    int inputTokens,
    boolean streams,
    boolean reportsUsage) {
  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function");
  private static final int DEFAULT_MAX_TOKENS = 16_384;

  /** What {@code json_object} asks for: JSON, but of no particular form. */
  private static final String ANY_OBJECT =
      "{\"type\":\"object\",\"properties\":{\"answer\":{\"type\":\"string\"}},\"required\":[\"answer\"]}";

  static OpenAiRequest parse(JsonNode body) {
    if (!body.path("model").isTextual()) {
      throw ProviderApiException.invalid("you must provide a model parameter");
    }
    ModelTraits model = ModelTraits.of(body.path("model").asText());
    TokenCounter tokens = TokenCounter.of(model);
    validateSampling(body, model);
    if (body.path("n").asInt(1) != 1) {
      throw ProviderApiException.invalid("'n': the simulated model gives one choice");
    }
    JsonNode messages = body.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw ProviderApiException.invalid("Missing required parameter: 'messages'.");
    }
    List<String> system = new ArrayList<>();
    List<Turn> turns = new ArrayList<>();
    int input = TokenCounter.PER_REQUEST;
    for (JsonNode message : messages) {
      String role = message.path("role").asText();
      if (!ROLES.contains(role)) {
        throw ProviderApiException.invalid("Invalid value: '" + role + "' for 'messages.role'.");
      }
      String text = text(message.path("content"));
      input += TokenCounter.PER_MESSAGE + tokens.count(text);
      switch (role) {
        case "system", "developer" -> system.add(text);
        case "tool", "function" -> turns.add(new Turn(true, "<document>" + text + "</document>"));
        default -> {
          input +=
              message.has("tool_calls") ? tokens.count(Json.write(message.path("tool_calls"))) : 0;
          turns.add(new Turn(role.equals("user"), text));
        }
      }
    }
    List<Tool> tools = tools(body);
    String prompt = Json.write(body.path("tools")) + Json.write(messages);
    input += tools.isEmpty() ? 0 : tokens.count(Json.write(body.path("tools")));
    Conversation conversation =
        new Conversation(
            model,
            String.join("\n\n", system),
            turns,
            tools,
            toolChoice(body, tools),
            schema(body.path("response_format")),
            false,
            maxTokens(body),
            stopSequences(body.path("stop")));
    return new OpenAiRequest(
        conversation,
        prompt,
        input,
        body.path("stream").asBoolean(),
        body.path("stream_options").path("include_usage").asBoolean());
  }

  private static void validateSampling(JsonNode body, ModelTraits model) {
    JsonNode temperature = body.path("temperature");
    if (temperature.isMissingNode() || temperature.isNull()) {
      return;
    }
    if (!temperature.isNumber() || temperature.asDouble() < 0 || temperature.asDouble() > 2) {
      throw ProviderApiException.invalid(
          "Invalid 'temperature': expected a number between 0 and 2.");
    }
    boolean reasons = !body.path("reasoning_effort").asText().equals("none");
    if (model.sampling() == Sampling.FIXED && reasons && temperature.asDouble() != 1) {
      throw ProviderApiException.withCode(
          400,
          "Unsupported value: 'temperature' does not support "
              + temperature
              + " with this model. Only the default (1) value is supported.",
          "unsupported_value");
    }
  }

  private static String text(JsonNode content) {
    if (!content.isArray()) {
      return content.asText("");
    }
    return String.join(
        "\n\n", Json.items(content).stream().map(part -> part.path("text").asText()).toList());
  }

  private static List<Tool> tools(JsonNode body) {
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      JsonNode function = tool.path("function");
      if (!function.path("name").isTextual()) {
        throw ProviderApiException.invalid("Missing required parameter: 'tools.function.name'.");
      }
      JsonNode parameters = function.path("parameters");
      tools.add(
          new Tool(
              function.path("name").asText(), parameters.isObject() ? parameters : Json.object()));
    }
    return tools;
  }

  private static ToolChoice toolChoice(JsonNode body, List<Tool> tools) {
    JsonNode choice = body.path("tool_choice");
    String name = choice.path("function").path("name").asText();
    if (choice.isObject() && tools.stream().noneMatch(tool -> tool.name().equals(name))) {
      throw ProviderApiException.invalid(
          "Invalid 'tool_choice': function '" + name + "' is not in 'tools'.");
    }
    if (choice.isObject()) {
      return new ToolChoice.Named(name);
    }
    return switch (choice.asText("auto")) {
      case "none" -> new ToolChoice.None();
      case "required" -> new ToolChoice.Any();
      default -> new ToolChoice.Auto();
    };
  }

  private static Optional<JsonNode> schema(JsonNode format) {
    return switch (format.path("type").asText()) {
      case "json_schema" -> Optional.of(format.path("json_schema").path("schema"));
      case "json_object" -> Json.parse(ANY_OBJECT);
      default -> Optional.empty();
    };
  }

  private static int maxTokens(JsonNode body) {
    JsonNode limit =
        body.path(
            body.hasNonNull("max_completion_tokens") ? "max_completion_tokens" : "max_tokens");
    if (limit.isMissingNode() || limit.isNull()) {
      return DEFAULT_MAX_TOKENS;
    }
    if (!limit.canConvertToInt() || limit.asInt() < 1) {
      throw ProviderApiException.invalid(
          "Invalid 'max_tokens': expected a whole number of at least 1.");
    }
    return limit.asInt();
  }

  private static List<String> stopSequences(JsonNode stop) {
    return stop.isTextual()
        ? List.of(stop.asText())
        : Json.items(stop).stream().map(JsonNode::asText).toList();
  }
}
