package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Conversation;
import dev.tollgate.local.model.answer.Json;
import dev.tollgate.local.model.answer.ModelTraits;
import dev.tollgate.local.model.answer.Reply;
import dev.tollgate.local.model.answer.Reply.Block;
import dev.tollgate.local.model.answer.Reply.StopReason;
import dev.tollgate.local.model.fault.ProviderApiException;
import dev.tollgate.local.model.wire.Exchange.ServerSentEvent;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The Anthropic Messages API. */
public final class AnthropicApi implements ModelApi {
  private static final List<String> MODELS =
      List.of(
          "claude-opus-5-5",
          "claude-sonnet-5-5",
          "claude-haiku-5-5",
          "claude-opus-5",
          "claude-sonnet-5",
          "claude-opus-4-8",
          "claude-opus-4-6",
          "claude-sonnet-4-6",
          "claude-haiku-4-5");

  private final PromptCache cache;
  private final AtomicLong ids = new AtomicLong();

  public AnthropicApi(Clock clock) {
    this.cache = new PromptCache(clock);
  }

  @Override
  public String authenticate(Exchange exchange) {
    Optional<String> apiKey = exchange.header("x-api-key");
    Optional<String> bearer =
        exchange
            .header("authorization")
            .filter(value -> value.toLowerCase(Locale.ROOT).startsWith("bearer "))
            .map(value -> value.substring("bearer ".length()).strip())
            .filter(value -> !value.isEmpty());
    if (apiKey.isPresent() && bearer.isPresent()) {
      throw ProviderApiException.of(401, "send either x-api-key or Authorization, not both");
    }
    return apiKey
        .or(() -> bearer)
        .orElseThrow(() -> ProviderApiException.of(401, "x-api-key header is required"));
  }

  @Override
  public AcceptedRequest accept(Exchange exchange, String key, JsonNode body) {
    if (exchange.header("anthropic-version").isEmpty()) {
      throw ProviderApiException.invalid("anthropic-version: header is required");
    }
    AnthropicRequest request = AnthropicRequest.parse(body);
    ModelTraits model = request.conversation().model();
    PromptCache.Lookup lookup =
        cache.lookUp(key + "\n" + model.id(), request.blocks(), model.minimumCacheablePrefix());
    return new AcceptedRequest() {
      @Override
      public Conversation conversation() {
        return request.conversation();
      }

      @Override
      public boolean streams() {
        return request.streams();
      }

      @Override
      public RenderedResponse render(Reply reply) {
        lookup.commit();
        ObjectNode usage = usage(request.inputTokens(), lookup.usage(), reply);
        ObjectNode message = message(model.id(), reply, usage);
        return new RenderedResponse(message, AnthropicStream.of(message), overloadedEvent());
      }
    };
  }

  @Override
  public ErrorResponse errorResponse(ProviderApiException failure, String requestId) {
    ObjectNode body = Json.object().put("type", "error");
    body.putObject("error")
        .put("type", errorType(failure.status()))
        .put("message", failure.message());
    body.put("request_id", requestId);
    return new ErrorResponse(failure.status(), body);
  }

  @Override
  public String requestIdHeader() {
    return "request-id";
  }

  @Override
  public ObjectNode models() {
    ObjectNode list = Json.object();
    ArrayNode data = list.putArray("data");
    for (String id : MODELS) {
      data.addObject()
          .put("type", "model")
          .put("id", id)
          .put("display_name", id + " (simulated)")
          .put("created_at", "2026-01-01T00:00:00Z");
    }
    list.put("has_more", false).put("first_id", MODELS.getFirst()).put("last_id", MODELS.getLast());
    return list;
  }

  private ServerSentEvent overloadedEvent() {
    ProviderApiException overloaded =
        ProviderApiException.of(529, "Simulated overload in mid-stream");
    return ServerSentEvent.named("error", errorResponse(overloaded, id("req")).body());
  }

  private static String errorType(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 409 -> "conflict_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 504 -> "timeout_error";
      case 529 -> "overloaded_error";
      default -> status >= 500 ? "api_error" : "invalid_request_error";
    };
  }

  private static ObjectNode usage(int input, PromptCache.CacheUsage cached, Reply reply) {
    ObjectNode usage =
        Json.object()
            .put("input_tokens", input - cached.total())
            .put("cache_creation_input_tokens", cached.written())
            .put("cache_read_input_tokens", cached.read());
    usage
        .putObject("cache_creation")
        .put("ephemeral_5m_input_tokens", cached.writtenForFiveMinutes())
        .put("ephemeral_1h_input_tokens", cached.writtenForOneHour());
    usage.put("output_tokens", reply.outputTokens());
    if (reply.thinkingTokens() > 0) {
      usage.putObject("output_tokens_details").put("thinking_tokens", reply.thinkingTokens());
    }
    return usage.put("service_tier", "standard");
  }

  private ObjectNode message(String model, Reply reply, ObjectNode usage) {
    ObjectNode message =
        Json.object()
            .put("id", id("msg"))
            .put("type", "message")
            .put("role", "assistant")
            .put("model", model);
    ArrayNode content = message.putArray("content");
    reply.blocks().forEach(block -> content.add(content(block)));
    message.put("stop_reason", reply.stopReason().anthropic());
    message.put("stop_sequence", reply.stopSequence().orElse(null));
    if (reply.stopReason().anthropic().equals(StopReason.REFUSAL.anthropic())) {
      message.set("stop_details", refusalDetails());
    }
    message.set("usage", usage);
    return message;
  }

  private static ObjectNode refusalDetails() {
    return Json.object()
        .put("type", "refusal")
        .putNull("category")
        .put("explanation", "Simulated refusal.");
  }

  private ObjectNode content(Block block) {
    return switch (block) {
      case Block.Thinking(String text) ->
          Json.object().put("type", "thinking").put("thinking", text).put("signature", "simulated");
      case Block.Text(String text) -> Json.object().put("type", "text").put("text", text);
      case Block.ToolUse(String name, JsonNode input) ->
          Json.object()
              .put("type", "tool_use")
              .put("id", id("toolu"))
              .put("name", name)
              .set("input", input);
    };
  }

  private String id(String prefix) {
    return "%s_sim_%016d".formatted(prefix, ids.incrementAndGet());
  }
}
