package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Requests and responses of the OpenAI Chat Completions API as JSON. Preserves unknown fields. */
public final class ChatJson {
  /** The fields that limit the output: the current one and the deprecated one. */
  public static final List<String> MAX_TOKENS_FIELDS =
      List.of("max_completion_tokens", "max_tokens");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String INCLUDE_USAGE = "include_usage";

  /**
   * The fields about the caller, which do not affect the response. {@code user} and {@code
   * safety_identifier} name an end user, and {@code metadata} labels stored responses. {@code
   * prompt_cache_key} and the like control the prompt cache, which changes only the bill. {@code
   * store} is not in the list, because a cached response was not stored at OpenAI. Neither is
   * {@code service_tier}, which the response states.
   */
  private static final List<String> CALLER_FIELDS =
      List.of(
          "user",
          "safety_identifier",
          "metadata",
          "prompt_cache_key",
          "prompt_cache_options",
          "prompt_cache_retention");

  /** Roles that a caller can add to a managed prompt; a function's result has its own role. */
  private static final Set<String> CONVERSATION_ROLES =
      Set.of("user", "assistant", "tool", "function");

  private ChatJson() {}

  /** Parses the body of {@code POST /v1/chat/completions}. */
  public static ParseResult parseRequest(ObjectNode body) {
    ObjectNode rest = body.deepCopy();
    JsonNode model = take(rest, "model");
    if (!model.isTextual() || model.textValue().isBlank()) {
      return new ParseResult.Invalid("model", "must name a model, such as \"gpt-5.4\"");
    }
    JsonNode messages = take(rest, "messages");
    if (!messages.isArray() || messages.isEmpty()) {
      return new ParseResult.Invalid("messages", "must be a list of at least one message");
    }
    for (int i = 0; i < messages.size(); i++) {
      if (!messages.get(i).path("role").isTextual()) {
        return new ParseResult.Invalid("messages." + i, "must be an object with a role");
      }
    }
    JsonNode temperature = take(rest, "temperature");
    if (!temperature.isMissingNode()
        && (!temperature.isNumber() || temperature.decimalValue().signum() < 0)) {
      return new ParseResult.Invalid("temperature", "must be a number of at least 0");
    }
    JsonNode stream = take(rest, "stream");
    if (!stream.isMissingNode() && !stream.isBoolean()) {
      return new ParseResult.Invalid("stream", "must be true or false");
    }
    JsonNode options = take(rest, "stream_options");
    if (!options.isMissingNode() && !(options.isObject() && stream.booleanValue())) {
      return new ParseResult.Invalid("stream_options", "must be an object and needs stream: true");
    }
    ObjectNode aboutCaller = JSON.objectNode();
    for (String field : CALLER_FIELDS) {
      toOptional(take(rest, field)).ifPresent(value -> aboutCaller.set(field, value));
    }
    return new ParseResult.Parsed(
        new ModelRequest(
            Provider.OPENAI,
            Optional.empty(),
            Optional.empty(),
            model.textValue(),
            OptionalInt.empty(),
            Optional.empty(),
            (ArrayNode) messages,
            toOptional(temperature).map(JsonNode::decimalValue),
            aboutCaller.isEmpty() ? Optional.empty() : Optional.of(aboutCaller),
            stream.booleanValue()
                ? Optional.of(options instanceof ObjectNode object ? object : JSON.objectNode())
                : Optional.empty(),
            rest));
  }

  /** Creates a request with only these fields. */
  public static ModelRequest newRequest(
      String model, int maxTokens, ArrayNode messages, Optional<BigDecimal> temperature) {
    return new ModelRequest(
        Provider.OPENAI,
        Optional.empty(),
        Optional.empty(),
        model,
        OptionalInt.empty(),
        Optional.empty(),
        messages,
        temperature,
        Optional.empty(),
        Optional.empty(),
        // Reasoning models reject the older max_tokens.
        JSON.objectNode().put("max_completion_tokens", maxTokens));
  }

  /** Finds the first message with a system role, which only a managed prompt can contain. */
  public static OptionalInt findSystemMessage(JsonNode messages) {
    for (int i = 0; i < messages.size(); i++) {
      if (!CONVERSATION_ROLES.contains(messages.get(i).path("role").asText())) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Writes a request as the body of {@code POST /v1/chat/completions}. */
  public static ObjectNode writeRequest(ModelRequest request) {
    ObjectNode body = JSON.objectNode();
    body.put("model", request.model());
    body.set("messages", request.messages());
    request.temperature().ifPresent(temperature -> body.put("temperature", temperature));
    request.metadata().ifPresent(aboutCaller -> body.setAll((ObjectNode) aboutCaller));
    request
        .streamOptions()
        .ifPresent(
            options -> {
              body.put("stream", true);
              body.set("stream_options", options.deepCopy().put(INCLUDE_USAGE, true));
            });
    body.setAll(request.otherFields());
    return body;
  }

  /**
   * Returns whether the caller's stream includes the usage. Tollgate always requests the usage,
   * because every call needs a price.
   *
   * @param options the streaming options
   */
  static boolean includesUsage(ObjectNode options) {
    return options.path(INCLUDE_USAGE).asBoolean();
  }

  /** Returns the HTTP status of an error type; an error within a stream carries no status. */
  static int httpStatus(String errorType) {
    return switch (errorType) {
      case "invalid_request_error" -> 400;
      case "requests", "tokens", "rate_limit_exceeded", "insufficient_quota" -> 429;
      default -> 500;
    };
  }

  /**
   * Parses a response. The text is that of the first choice.
   *
   * @throws IllegalArgumentException if it is invalid or does not state its usage
   */
  static ModelResponse parseResponse(ObjectNode body) {
    JsonNode choices = body.path("choices");
    if (!body.path("model").isTextual() || !choices.isArray() || choices.isEmpty()) {
      throw new IllegalArgumentException("the response has no model or no choices");
    }
    return new ModelResponse(
        body.path("model").textValue(),
        choices
            .valueStream()
            .map(ChatJson::finishReason)
            .filter(reason -> !reason.isComplete())
            .findFirst()
            .orElse(FinishReason.END_TURN),
        usage(body),
        choices.path(0).path("message").path("content").asText(""),
        body);
  }

  /** Returns the usage of a response, if it is present and consistent. */
  static Optional<Usage> findUsage(ObjectNode body) {
    try {
      return Optional.of(usage(body));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static FinishReason finishReason(JsonNode choice) {
    JsonNode message = choice.path("message");
    return switch (choice.path("finish_reason").asText()) {
      // OpenAI also sends "stop" for a call to the function of tool_choice, and for a refusal.
      case "stop" ->
          !message.path("tool_calls").isEmpty()
              ? FinishReason.TOOL_USE
              : message.hasNonNull("refusal") ? FinishReason.REFUSAL : FinishReason.END_TURN;
      case "length" -> FinishReason.MAX_TOKENS;
      case "tool_calls", "function_call" -> FinishReason.TOOL_USE;
      case "content_filter" -> FinishReason.REFUSAL;
      default -> FinishReason.UNKNOWN;
    };
  }

  /**
   * Parses the usage. OpenAI's {@code prompt_tokens} include the cached and written tokens, and its
   * {@code completion_tokens} include the reasoning (openai-java's {@code CompletionUsage}). Parts
   * that exceed their sum are invalid.
   */
  private static Usage usage(ObjectNode body) {
    JsonNode usage = body.path("usage");
    if (!usage.path("prompt_tokens").isIntegralNumber()
        || !usage.path("completion_tokens").isIntegralNumber()) {
      throw new IllegalArgumentException("the response does not state its usage");
    }
    JsonNode prompt = usage.path("prompt_tokens_details");
    long read = prompt.path("cached_tokens").asLong();
    long written = prompt.path("cache_write_tokens").asLong();
    long output = usage.path("completion_tokens").longValue();
    return new Usage(
        usage.path("prompt_tokens").longValue() - read - written,
        read,
        written,
        0,
        output,
        // Reasoning is part of the output: a larger count must not lose the record of a billed
        // call.
        Math.min(usage.path("completion_tokens_details").path("reasoning_tokens").asLong(), output),
        new Usage.Billing(
            0, serviceTier(body.path("service_tier").asText("")), Optional.empty(), 0, false));
  }

  /** OpenAI calls its standard tier {@code default}; {@code auto} is a request and not a tier. */
  private static String serviceTier(String tier) {
    return switch (tier) {
      case "", "default", "auto" -> Usage.Billing.STANDARD_TIER;
      default -> tier;
    };
  }

  private static JsonNode take(ObjectNode body, String field) {
    JsonNode value = body.remove(field);
    return value == null || value.isNull() ? JSON.missingNode() : value;
  }

  private static Optional<JsonNode> toOptional(JsonNode node) {
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }
}
