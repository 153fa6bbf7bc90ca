package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Json;
import dev.tollgate.local.model.wire.Exchange.ServerSentEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * A message as the events that build it up. Their order is part of the API; the SDKs put the
 * message together again from it.
 */
final class AnthropicStream {
  private final List<ServerSentEvent> events = new ArrayList<>();

  private AnthropicStream() {}

  static List<ServerSentEvent> of(ObjectNode message) {
    AnthropicStream stream = new AnthropicStream();
    stream.start(message);
    JsonNode content = message.path("content");
    if (content.isEmpty()) {
      stream.add("ping", Json.object());
    }
    for (int index = 0; index < content.size(); index++) {
      stream.block(index, content.path(index));
    }
    stream.end(message);
    return stream.events;
  }

  private void start(ObjectNode message) {
    ObjectNode start = message.deepCopy();
    start.putArray("content");
    start.putNull("stop_reason").putNull("stop_sequence").remove("stop_details");
    ObjectNode usage = (ObjectNode) start.path("usage");
    usage.put("output_tokens", 1).remove("output_tokens_details");
    add("message_start", Json.object().set("message", start));
  }

  private void block(int index, JsonNode block) {
    ObjectNode begun = block.deepCopy();
    List<ObjectNode> deltas = new ArrayList<>();
    switch (block.path("type").asText()) {
      case "text" -> {
        begun.put("text", "");
        chunks(block.path("text").asText())
            .forEach(text -> deltas.add(delta("text", "text", text)));
      }
      case "thinking" -> {
        begun.put("thinking", "").put("signature", "");
        chunks(block.path("thinking").asText())
            .forEach(text -> deltas.add(delta("thinking", "thinking", text)));
        deltas.add(delta("signature", "signature", block.path("signature").asText()));
      }
      default -> {
        begun.putObject("input");
        chunks(Json.write(block.path("input")))
            .forEach(text -> deltas.add(delta("input_json", "partial_json", text)));
      }
    }
    add("content_block_start", indexed(index).set("content_block", begun));
    if (index == 0) {
      add("ping", Json.object());
    }
    deltas.forEach(delta -> add("content_block_delta", indexed(index).set("delta", delta)));
    add("content_block_stop", indexed(index));
  }

  /** The usage in here is cumulative, so it repeats what the start said of the input. */
  private void end(ObjectNode message) {
    ObjectNode delta = Json.object();
    delta.set("stop_reason", message.path("stop_reason"));
    delta.set("stop_sequence", message.path("stop_sequence"));
    if (message.has("stop_details")) {
      delta.set("stop_details", message.path("stop_details"));
    }
    ObjectNode usage = ((ObjectNode) message.path("usage")).deepCopy();
    usage.remove(List.of("cache_creation", "service_tier"));
    ObjectNode end = Json.object();
    end.set("delta", delta);
    end.set("usage", usage);
    add("message_delta", end);
    add("message_stop", Json.object());
  }

  private void add(String type, ObjectNode data) {
    ObjectNode typed = Json.object().put("type", type);
    typed.setAll(data);
    events.add(ServerSentEvent.named(type, typed));
  }

  private static ObjectNode indexed(int index) {
    return Json.object().put("index", index);
  }

  private static ObjectNode delta(String kind, String field, String piece) {
    return Json.object().put("type", kind + "_delta").put(field, piece);
  }

  /** Cuts a text into a few words each, in order and without loss. */
  static List<String> chunks(String text) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf(' ', Math.min(start + 12, text.length()));
      end = end < 0 ? text.length() : end;
      pieces.add(text.substring(start, end));
      start = end;
    }
    return pieces;
  }
}
