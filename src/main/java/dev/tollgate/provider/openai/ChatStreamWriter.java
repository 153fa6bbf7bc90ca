package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ServerSentEvents;
import java.util.List;

/** Writes responses of the Chat Completions API as streams of chunks. */
public final class ChatStreamWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ObjectNode completion;
  private final boolean includeUsage;
  private final StringBuilder events = new StringBuilder();

  private ChatStreamWriter(ObjectNode completion, boolean includeUsage) {
    this.completion = completion;
    this.includeUsage = includeUsage;
  }

  /**
   * Writes the stream of a complete response. Each text has one chunk.
   *
   * @param options the caller's streaming options, which decide whether to include the usage
   */
  public static String write(ObjectNode completion, ObjectNode options) {
    ChatStreamWriter stream = new ChatStreamWriter(completion, ChatJson.includesUsage(options));
    for (JsonNode choice : completion.path("choices")) {
      // No chunk can carry an element that is not a choice.
      if (choice instanceof ObjectNode one) {
        stream.choice(one);
      }
    }
    stream.end();
    return stream.events.toString();
  }

  private void choice(ObjectNode choice) {
    ObjectNode message =
        choice.path("message") instanceof ObjectNode object ? object.deepCopy() : JSON.objectNode();
    JsonNode calls = message.path("tool_calls");
    ObjectNode begun = JSON.objectNode().put("role", message.path("role").asText("assistant"));
    begun.put("content", message.path("content").isTextual() ? "" : null);
    message.remove(List.of("role", "tool_calls"));
    delta(choice, begun, JSON.nullNode());
    delta(choice, message, choice.path("logprobs"));
    int index = 0;
    for (JsonNode call : calls) {
      ObjectNode piece = JSON.objectNode().put("index", index++);
      if (call instanceof ObjectNode one) {
        piece.setAll(one);
      }
      ObjectNode delta = JSON.objectNode();
      delta.putArray("tool_calls").add(piece);
      delta(choice, delta, JSON.nullNode());
    }
    ObjectNode last = choice.deepCopy();
    last.remove("message");
    last.set("delta", JSON.objectNode());
    last.putNull("logprobs");
    chunk(last);
  }

  private void delta(JsonNode choice, ObjectNode delta, JsonNode logprobs) {
    ObjectNode piece = JSON.objectNode();
    piece.set("index", choice.path("index"));
    piece.set("delta", delta);
    piece.set("logprobs", logprobs.isMissingNode() ? JSON.nullNode() : logprobs);
    piece.putNull("finish_reason");
    chunk(piece);
  }

  private void chunk(ObjectNode choice) {
    ObjectNode chunk = chunk();
    chunk.putArray("choices").add(choice);
    if (includeUsage) {
      chunk.putNull("usage");
    }
    add(chunk);
  }

  /** Writes the usage as a separate chunk without a choice. */
  private void end() {
    if (includeUsage) {
      ObjectNode chunk = chunk();
      chunk.putArray("choices");
      chunk.set("usage", completion.path("usage"));
      add(chunk);
    }
    events.append(ServerSentEvents.format(CompletionAccumulator.DONE));
  }

  /** Creates a chunk with the fields that all chunks share. */
  private ObjectNode chunk() {
    ObjectNode chunk = completion.deepCopy();
    chunk.remove(List.of("choices", "usage"));
    return chunk.put("object", "chat.completion.chunk");
  }

  private void add(ObjectNode chunk) {
    events.append(ServerSentEvents.format(chunk.toString()));
  }
}
