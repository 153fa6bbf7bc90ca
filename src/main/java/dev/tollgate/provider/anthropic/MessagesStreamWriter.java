package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ServerSentEvents;
import java.util.ArrayList;
import java.util.List;

/** Writes responses of the Messages API as event streams, in the API's order. */
public final class MessagesStreamWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Fields that are known only at the end of a response. */
  private static final List<String> FINAL_FIELDS =
      List.of("stop_reason", "stop_sequence", "stop_details", "container");

  private final StringBuilder events = new StringBuilder();

  private MessagesStreamWriter() {}

  /** Writes the stream of a complete response. Each block has one delta per field. */
  public static String write(ObjectNode message) {
    MessagesStreamWriter stream = new MessagesStreamWriter();
    stream.start(message);
    JsonNode content = message.path("content");
    for (int index = 0; index < content.size(); index++) {
      // No event can carry an element that is not a block.
      if (content.get(index) instanceof ObjectNode block) {
        stream.block(index, block);
      }
    }
    stream.end(message);
    return stream.events.toString();
  }

  private void start(ObjectNode message) {
    ObjectNode start = message.deepCopy();
    start.remove(FINAL_FIELDS);
    start.putArray("content");
    start.putNull("stop_reason").putNull("stop_sequence");
    ObjectNode usage = usage(message).put("output_tokens", 0);
    usage.remove("output_tokens_details");
    start.set("usage", usage);
    add("message_start", JSON.objectNode().set("message", start));
  }

  private void block(int index, ObjectNode block) {
    ObjectNode begun = block.deepCopy();
    List<ObjectNode> deltas = new ArrayList<>();
    switch (block.path("type").asText()) {
      case "text" -> {
        split(begun, "text", "text_delta", deltas);
        if (block.path("citations") instanceof ArrayNode citations) {
          begun.putArray("citations");
          citations.forEach(citation -> deltas.add(delta("citations_delta", "citation", citation)));
        }
      }
      case "thinking" -> {
        split(begun, "thinking", "thinking_delta", deltas);
        split(begun, "signature", "signature_delta", deltas);
      }
      case "tool_use", "server_tool_use", "mcp_tool_use" -> {
        begun.putObject("input");
        deltas.add(delta("input_json_delta", "partial_json", JSON.textNode(input(block))));
      }
      default -> {}
    }
    add("content_block_start", indexed(index).set("content_block", begun));
    deltas.forEach(delta -> add("content_block_delta", indexed(index).set("delta", delta)));
    add("content_block_stop", indexed(index));
  }

  /** Moves a text from the start of a block to a delta. */
  private static void split(ObjectNode begun, String field, String type, List<ObjectNode> deltas) {
    JsonNode text = begun.path(field);
    if (text.isTextual() && !text.textValue().isEmpty()) {
      deltas.add(delta(type, field, text));
      begun.put(field, "");
    }
  }

  /** Returns a tool's input; it is a text if the response ended within its JSON. */
  private static String input(JsonNode block) {
    JsonNode input = block.path("input");
    return input.isTextual() ? input.textValue() : input.toString();
  }

  /** The usage of the end is cumulative, so it repeats the input of the start. */
  private void end(ObjectNode message) {
    ObjectNode delta = JSON.objectNode();
    FINAL_FIELDS.stream()
        .filter(message::has)
        .forEach(field -> delta.set(field, message.get(field)));
    ObjectNode end = JSON.objectNode();
    end.set("delta", delta);
    end.set("usage", usage(message));
    add("message_delta", end);
    add("message_stop", JSON.objectNode());
  }

  private static ObjectNode usage(ObjectNode message) {
    return message.path("usage") instanceof ObjectNode usage ? usage.deepCopy() : JSON.objectNode();
  }

  private void add(String type, ObjectNode fields) {
    ObjectNode data = JSON.objectNode().put("type", type);
    data.setAll(fields);
    events.append(ServerSentEvents.format(type, data.toString()));
  }

  private static ObjectNode indexed(int index) {
    return JSON.objectNode().put("index", index);
  }

  private static ObjectNode delta(String type, String field, JsonNode piece) {
    return JSON.objectNode().put("type", type).set(field, piece);
  }
}
