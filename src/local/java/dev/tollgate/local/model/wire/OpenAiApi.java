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
import dev.tollgate.local.model.answer.TokenCounter;
import dev.tollgate.local.model.fault.ProviderApiException;
import dev.tollgate.local.model.wire.Exchange.ServerSentEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The OpenAI Chat Completions API. */
public final class OpenAiApi implements ModelApi {
  private static final List<String> MODELS =
      List.of("gpt-6.1-sol", "gpt-6-luna", "gpt-5.4", "gpt-4.1", "gpt-4o", "gpt-4o-mini");

  private final Clock clock;
  private final AutomaticPrefixCache cache;
  private final AtomicLong ids = new AtomicLong();

  public OpenAiApi(Clock clock) {
    this.clock = clock;
    this.cache = new AutomaticPrefixCache(clock);
  }

  @Override
  public String authenticate(Exchange exchange) {
    return exchange
        .header("authorization")
        .filter(value -> value.toLowerCase(Locale.ROOT).startsWith("bearer "))
        .map(value -> value.substring("bearer ".length()).strip())
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                ProviderApiException.withCode(
                    401, "You didn't provide an API key.", "invalid_api_key"));
  }

  @Override
  public AcceptedRequest accept(Exchange exchange, String key, JsonNode body) {
    OpenAiRequest request = OpenAiRequest.parse(body);
    ModelTraits model = request.conversation().model();
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
        int known =
            cache.countCachedTokens(
                key + "\n" + model.id(), request.prompt(), TokenCounter.of(model));
        // The prompt is remembered with its JSON around it, which is not billed.
        int cached = Math.min(known, request.inputTokens());
        ObjectNode usage = usage(request.inputTokens(), cached, reply);
        ObjectNode whole = completion(model.id(), reply, usage);
        return new RenderedResponse(
            whole, OpenAiStream.of(whole, request.reportsUsage()), overloadedEvent());
      }
    };
  }

  @Override
  public ErrorResponse errorResponse(ProviderApiException failure, String requestId) {
    // OpenAI has no 529; it says 503 when overloaded.
    int status = failure.status() == 529 ? 503 : failure.status();
    ObjectNode body = Json.object();
    body.putObject("error")
        .put("message", failure.message())
        .put("type", errorType(status))
        .putNull("param")
        .put("code", failure.code().or(() -> errorCode(status)).orElse(null));
    return new ErrorResponse(status, body);
  }

  @Override
  public String requestIdHeader() {
    return "x-request-id";
  }

  @Override
  public ObjectNode models() {
    ObjectNode list = Json.object().put("object", "list");
    ArrayNode data = list.putArray("data");
    for (String id : MODELS) {
      data.addObject()
          .put("id", id)
          .put("object", "model")
          .put("created", 1_767_225_600)
          .put("owned_by", "simulated");
    }
    return list;
  }

  private ServerSentEvent overloadedEvent() {
    ProviderApiException overloaded =
        ProviderApiException.of(503, "Simulated overload in mid-stream");
    return new ServerSentEvent(Optional.empty(), Json.write(errorResponse(overloaded, "").body()));
  }

  private static String errorType(int status) {
    return status == 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error";
  }

  private static Optional<String> errorCode(int status) {
    return switch (status) {
      case 401 -> Optional.of("invalid_api_key");
      case 429 -> Optional.of("rate_limit_exceeded");
      default -> Optional.empty();
    };
  }

  /** OpenAI's prompt tokens include the cached ones, and its completion tokens the reasoning. */
  private static ObjectNode usage(int input, int cached, Reply reply) {
    ObjectNode usage =
        Json.object()
            .put("prompt_tokens", input)
            .put("completion_tokens", reply.outputTokens())
            .put("total_tokens", input + reply.outputTokens());
    usage.putObject("prompt_tokens_details").put("cached_tokens", cached).put("audio_tokens", 0);
    usage
        .putObject("completion_tokens_details")
        .put("reasoning_tokens", reply.thinkingTokens())
        .put("audio_tokens", 0)
        .put("accepted_prediction_tokens", 0)
        .put("rejected_prediction_tokens", 0);
    return usage;
  }

  private ObjectNode completion(String model, Reply reply, ObjectNode usage) {
    ObjectNode completion =
        Json.object()
            .put("id", "chatcmpl_sim_%016d".formatted(ids.incrementAndGet()))
            .put("object", "chat.completion")
            .put("created", clock.instant().getEpochSecond())
            .put("model", model);
    completion
        .putArray("choices")
        .addObject()
        .put("index", 0)
        .putNull("logprobs")
        .put("finish_reason", reply.stopReason().openAi())
        .set("message", message(reply));
    completion.set("usage", usage);
    return completion.put("service_tier", "default").put("system_fingerprint", "fp_simulated");
  }

  private ObjectNode message(Reply reply) {
    ObjectNode message = Json.object().put("role", "assistant");
    List<String> texts = new ArrayList<>();
    ArrayNode calls = Json.object().putArray("calls");
    for (Block block : reply.blocks()) {
      switch (block) {
        case Block.Text(String text) -> texts.add(text);
        case Block.ToolUse(String name, JsonNode input) -> calls.add(call(name, input));
        case Block.Thinking _ -> {
          // Chat Completions does not show reasoning.
        }
      }
    }
    String text = String.join("", texts);
    boolean refused = reply.stopReason() == StopReason.REFUSAL;
    message.put("content", refused || !calls.isEmpty() ? null : text);
    message.put("refusal", refused ? text : null);
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    return message;
  }

  private ObjectNode call(String name, JsonNode input) {
    ObjectNode call =
        Json.object()
            .put("id", "call_sim_%016d".formatted(ids.incrementAndGet()))
            .put("type", "function");
    call.putObject("function").put("name", name).put("arguments", Json.write(input));
    return call;
  }
}
