package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.provider.ServerSentEvents;
import dev.tollgate.provider.StreamParseResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a streamed response of the Messages API. It ignores unknown events and preserves
 * unknown fields.
 */
final class MessageAccumulator {
  private final ObjectMapper json;
  private final SortedMap<Integer, Block> blocks = new TreeMap<>();
  private @Nullable ObjectNode message;

  private MessageAccumulator(ObjectMapper json) {
    this.json = json;
  }

  static StreamParseResult parse(String stream, ObjectMapper json) {
    MessageAccumulator streamed = new MessageAccumulator(json);
    try {
      for (String data : ServerSentEvents.parseData(stream)) {
        JsonNode event = json.readTree(data);
        switch (event.path("type").asText()) {
          case "message_start" -> streamed.start(requireObject(event, "message"));
          case "content_block_start" -> streamed.startBlock(event);
          case "content_block_delta" -> streamed.block(event).add(requireObject(event, "delta"));
          case "message_delta" -> streamed.end(event);
          case "message_stop" -> {
            return new StreamParseResult.Complete(streamed.complete());
          }
          case "error" -> {
            JsonNode error = event.path("error");
            return new StreamParseResult.Failed(
                error.path("type").asText("api_error"),
                error.path("message").asText("the provider gave no message"),
                streamed.partial());
          }
          default -> {}
        }
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return new StreamParseResult.Truncated(streamed.partial());
    }
    return new StreamParseResult.Truncated(streamed.partial());
  }

  private void start(ObjectNode begun) {
    message = begun;
  }

  private void startBlock(JsonNode event) {
    blocks.put(event.path("index").asInt(), new Block(requireObject(event, "content_block")));
  }

  private Block block(JsonNode event) {
    Block block = blocks.get(event.path("index").asInt());
    if (block == null) {
      throw new IllegalArgumentException("a delta belongs to a block that did not start");
    }
    return block;
  }

  private void end(JsonNode event) {
    ObjectNode begun = requireMessage();
    merge(begun, requireObject(event, "delta"));
    ObjectNode usage =
        begun.path("usage") instanceof ObjectNode known ? known : begun.putObject("usage");
    merge(usage, event.path("usage"));
    ObjectNode others = event.deepCopy();
    merge(begun, others.without(List.of("type", "delta", "usage")));
  }

  private ObjectNode complete() throws JsonProcessingException {
    ArrayNode content = requireMessage().putArray("content");
    for (Block block : blocks.values()) {
      content.add(block.complete(json));
    }
    return requireMessage();
  }

  private Optional<ObjectNode> partial() {
    return Optional.ofNullable(message);
  }

  private ObjectNode requireMessage() {
    return partial()
        .orElseThrow(() -> new IllegalArgumentException("the stream has no message_start"));
  }

  /** Later values replace earlier ones, except for nulls. */
  private static void merge(ObjectNode target, JsonNode changes) {
    for (Map.Entry<String, JsonNode> field : changes.properties()) {
      if (!field.getValue().isNull() || !target.has(field.getKey())) {
        target.set(field.getKey(), field.getValue());
      }
    }
  }

  private static ObjectNode requireObject(JsonNode event, String field) {
    if (event.path(field) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("the event has no object " + field);
  }

  /** A content block, and the texts that accumulate for its fields. */
  private static final class Block {
    private final ObjectNode begun;
    private final Map<String, StringBuilder> texts = new HashMap<>();
    private final StringBuilder input = new StringBuilder();

    Block(ObjectNode begun) {
      this.begun = begun;
    }

    /** Adds a delta. A delta of an unknown type extends the text fields that it names. */
    void add(ObjectNode delta) {
      switch (delta.path("type").asText()) {
        case "input_json_delta" -> input.append(delta.path("partial_json").asText());
        case "citations_delta" -> citations().add(delta.path("citation"));
        default ->
            delta.properties().stream()
                .filter(field -> !field.getKey().equals("type") && field.getValue().isTextual())
                .forEach(field -> text(field.getKey()).append(field.getValue().textValue()));
      }
    }

    private ArrayNode citations() {
      return begun.path("citations") instanceof ArrayNode list ? list : begun.putArray("citations");
    }

    private StringBuilder text(String field) {
      return texts.computeIfAbsent(field, name -> new StringBuilder(begun.path(name).asText("")));
    }

    ObjectNode complete(ObjectMapper json) {
      texts.forEach((field, text) -> begun.put(field, text.toString()));
      if (!input.isEmpty()) {
        begun.set("input", input(json));
      }
      return begun;
    }

    /** A response that reached its {@code max_tokens} may end within the JSON. */
    private JsonNode input(ObjectMapper json) {
      try {
        return json.readTree(input.toString());
      } catch (JsonProcessingException e) {
        return TextNode.valueOf(input.toString());
      }
    }
  }
}
