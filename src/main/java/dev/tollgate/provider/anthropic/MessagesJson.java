package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Provider;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Requests and responses of the Anthropic Messages API as JSON. Preserves unknown fields. */
public final class MessagesJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

  private MessagesJson() {}

  /** Parses the body of {@code POST /v1/messages}. */
  public static ParseResult parseRequest(
      ObjectNode body, Optional<String> apiVersion, Optional<String> apiBeta) {
    if (apiVersion.filter(MessagesJson::isUnprintable).isPresent()) {
      return new ParseResult.Invalid("anthropic-version", "must be a version, such as 2023-06-01");
    }
    if (apiBeta.filter(MessagesJson::isUnprintable).isPresent()) {
      return new ParseResult.Invalid("anthropic-beta", "must be a comma-separated list of names");
    }
    ObjectNode rest = body.deepCopy();
    JsonNode model = take(rest, "model");
    if (!model.isTextual() || model.textValue().isBlank()) {
      return new ParseResult.Invalid("model", "must name a model, such as \"claude-haiku-4-5\"");
    }
    JsonNode maxTokens = take(rest, "max_tokens");
    if (!maxTokens.isIntegralNumber() || !maxTokens.canConvertToInt() || maxTokens.intValue() < 1) {
      return new ParseResult.Invalid("max_tokens", "must be a whole number of at least 1");
    }
    JsonNode messages = take(rest, "messages");
    Optional<ParseResult.Invalid> fault = validateMessages(messages);
    if (fault.isPresent()) {
      return fault.get();
    }
    JsonNode system = take(rest, "system");
    if (!system.isMissingNode() && !system.isTextual() && !system.isArray()) {
      return new ParseResult.Invalid("system", "must be a string or a list of text blocks");
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
    JsonNode metadata = take(rest, "metadata");
    if (!metadata.isMissingNode() && !metadata.isObject()) {
      return new ParseResult.Invalid(
          "metadata", "must be an object, such as {\"user_id\": \"...\"}");
    }
    return new ParseResult.Parsed(
        new ModelRequest(
            Provider.ANTHROPIC,
            apiVersion,
            apiBeta,
            model.textValue(),
            OptionalInt.of(maxTokens.intValue()),
            toOptional(system),
            (ArrayNode) messages,
            toOptional(temperature).map(JsonNode::decimalValue),
            toOptional(metadata),
            stream.booleanValue() ? Optional.of(JSON.objectNode()) : Optional.empty(),
            rest));
  }

  /** Validates the messages; returns the first error, if any. */
  public static Optional<ParseResult.Invalid> validateMessages(JsonNode messages) {
    if (!messages.isArray() || messages.isEmpty()) {
      return Optional.of(
          new ParseResult.Invalid("messages", "must be a list of at least one message"));
    }
    for (int i = 0; i < messages.size(); i++) {
      JsonNode content = messages.get(i).path("content");
      if (!messages.get(i).path("role").isTextual()
          || !(content.isTextual() || content.isArray())) {
        return Optional.of(
            new ParseResult.Invalid(
                "messages." + i,
                "must be an object with a role and a string or a list as content"));
      }
    }
    return Optional.empty();
  }

  /** Creates a request with only these fields. */
  public static ModelRequest newRequest(
      String model,
      int maxTokens,
      Optional<JsonNode> system,
      ArrayNode messages,
      Optional<BigDecimal> temperature) {
    return new ModelRequest(
        Provider.ANTHROPIC,
        Optional.empty(),
        Optional.empty(),
        model,
        OptionalInt.of(maxTokens),
        system,
        messages,
        temperature,
        Optional.empty(),
        Optional.empty(),
        JSON.objectNode());
  }

  /**
   * Creates a text block.
   *
   * @param ttl how long the provider caches the prompt up to the end of this block, {@code 5m} or
   *     {@code 1h}
   */
  public static ObjectNode textBlock(String text, Optional<String> ttl) {
    ObjectNode block = JSON.objectNode().put("type", "text").put("text", text);
    ttl.ifPresent(
        lifetime -> block.putObject("cache_control").put("type", "ephemeral").put("ttl", lifetime));
    return block;
  }

  /** Returns whether a request has cache breakpoints of its own. */
  public static boolean hasCacheBreakpoints(ModelRequest request) {
    return hasCacheBreakpoints(request.messages()) || hasCacheBreakpoints(request.otherFields());
  }

  /** Returns whether a part of a request has cache breakpoints. */
  public static boolean hasCacheBreakpoints(JsonNode part) {
    // A tool's input may have a field of that name, too.
    return part.findValues("cache_control").stream()
        .anyMatch(mark -> mark.path("type").asText().equals("ephemeral"));
  }

  /**
   * Returns whether a request starts or continues a state at the provider. Equal requests then have
   * different responses.
   */
  public static boolean isStateful(ModelRequest request) {
    return request.otherFields().hasNonNull("thread")
        || request.otherFields().hasNonNull("container");
  }

  /** Finds the first message with a system role, which only a managed prompt can contain. */
  public static OptionalInt findSystemMessage(JsonNode messages) {
    for (int i = 0; i < messages.size(); i++) {
      String role = messages.get(i).path("role").asText();
      if (!role.equals("user") && !role.equals("assistant")) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Writes a request as the body of {@code POST /v1/messages}. */
  public static ObjectNode writeRequest(ModelRequest request) {
    ObjectNode body = JSON.objectNode();
    body.put("model", request.model());
    request.maxTokens().ifPresent(maxTokens -> body.put("max_tokens", maxTokens));
    request.system().ifPresent(system -> body.set("system", system));
    body.set("messages", request.messages());
    request.temperature().ifPresent(temperature -> body.put("temperature", temperature));
    request.metadata().ifPresent(metadata -> body.set("metadata", metadata));
    if (request.streamOptions().isPresent()) {
      body.put("stream", true);
    }
    body.setAll(request.otherFields());
    return body;
  }

  /**
   * Parses a response.
   *
   * @throws IllegalArgumentException if it is invalid
   */
  static ModelResponse parseResponse(ObjectNode body) {
    if (!body.path("model").isTextual() || !body.path("content").isArray()) {
      throw new IllegalArgumentException("the response has no model or no content");
    }
    String text =
        body.path("content")
            .valueStream()
            .filter(block -> block.path("type").asText().equals("text"))
            .map(block -> block.path("text").asText())
            .collect(Collectors.joining());
    return new ModelResponse(
        body.path("model").textValue(),
        finishReason(body.path("stop_reason").asText()),
        MessagesUsageParser.parse(body),
        text,
        body);
  }

  /** Returns the HTTP status of an error type; an error within a stream carries no status. */
  static int httpStatus(String errorType) {
    return switch (errorType) {
      case "invalid_request_error" -> 400;
      case "rate_limit_error" -> 429;
      case "timeout_error" -> 504;
      case "overloaded_error" -> 529;
      default -> 500;
    };
  }

  private static FinishReason finishReason(String stopReason) {
    return switch (stopReason) {
      case "end_turn" -> FinishReason.END_TURN;
      case "stop_sequence" -> FinishReason.STOP_SEQUENCE;
      case "max_tokens" -> FinishReason.MAX_TOKENS;
      case "tool_use" -> FinishReason.TOOL_USE;
      case "pause_turn" -> FinishReason.PAUSE_TURN;
      case "refusal" -> FinishReason.REFUSAL;
      case "model_context_window_exceeded" -> FinishReason.CONTEXT_WINDOW_EXCEEDED;
      default -> FinishReason.UNKNOWN;
    };
  }

  /** Returns whether a header cannot be sent; it must not count as an outage of the provider. */
  private static boolean isUnprintable(String header) {
    return !PRINTABLE.matcher(header).matches();
  }

  private static JsonNode take(ObjectNode body, String field) {
    JsonNode value = body.remove(field);
    return value == null || value.isNull() ? JSON.missingNode() : value;
  }

  private static Optional<JsonNode> toOptional(JsonNode node) {
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }
}
