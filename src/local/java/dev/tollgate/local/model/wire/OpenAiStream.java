package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Json;
import dev.tollgate.local.model.wire.Exchange.ServerSentEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A chat completion as the chunks that build it up. */
final class OpenAiStream {
  private final ObjectNode completion;
  private final boolean reportsUsage;
  private final List<ServerSentEvent> events = new ArrayList<>();

  private OpenAiStream(ObjectNode completion, boolean reportsUsage) {
    this.completion = completion;
    this.reportsUsage = reportsUsage;
  }

  static List<ServerSentEvent> of(ObjectNode whole, boolean reportsUsage) {
    OpenAiStream stream = new OpenAiStream(whole, reportsUsage);
    stream.addAll();
    return stream.events;
  }

  private void addAll() {
    JsonNode choice = completion.path("choices").path(0);
    JsonNode message = choice.path("message");
    delta(Json.object().put("role", "assistant").put("content", ""));
    for (String field : List.of("content", "refusal")) {
      AnthropicStream.chunks(message.path(field).asText(""))
          .forEach(piece -> delta(Json.object().put(field, piece)));
    }
    int index = 0;
    for (JsonNode call : message.path("tool_calls")) {
      ObjectNode indexed = Json.object().put("index", index++);
      indexed.setAll((ObjectNode) call);
      ObjectNode delta = Json.object();
      delta.putArray("tool_calls").add(indexed);
      delta(delta);
    }
    chunk(Optional.of(choice(Json.object(), choice.path("finish_reason"))), false);
    if (reportsUsage) {
      chunk(Optional.empty(), true);
    }
    events.add(new ServerSentEvent(Optional.empty(), "[DONE]"));
  }

  private void delta(ObjectNode delta) {
    chunk(Optional.of(choice(delta, Json.object().nullNode())), false);
  }

  private static ObjectNode choice(ObjectNode delta, JsonNode finishReason) {
    ObjectNode choice = Json.object().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs");
    choice.set("finish_reason", finishReason);
    return choice;
  }

  /** Usage comes in a last chunk without choices, and only when asked for. */
  private void chunk(Optional<ObjectNode> choice, boolean withUsage) {
    ObjectNode chunk = Json.object();
    chunk.set("id", completion.path("id"));
    chunk.put("object", "chat.completion.chunk");
    chunk.set("created", completion.path("created"));
    chunk.set("model", completion.path("model"));
    choice.ifPresentOrElse(
        value -> chunk.putArray("choices").add(value), () -> chunk.putArray("choices"));
    if (withUsage) {
      chunk.set("usage", completion.path("usage"));
    } else if (reportsUsage) {
      chunk.putNull("usage");
    }
    events.add(new ServerSentEvent(Optional.empty(), Json.write(chunk)));
  }
}
