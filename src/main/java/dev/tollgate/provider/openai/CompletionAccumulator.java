package dev.tollgate.provider.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ServerSentEvents;
import dev.tollgate.provider.StreamParseResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a streamed response of the Chat Completions API. It preserves unknown fields and
 * concatenates their texts.
 */
final class CompletionAccumulator {
  /** The data of the event that ends a stream. */
  static final String DONE = "[DONE]";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Text fields whose later value replaces the earlier one. All others are concatenated. */
  private static final Set<String> REPLACED_FIELDS = Set.of("role", "id", "type", "name");

  /** Random characters that hide the length of the deltas from observers. */
  private static final String PADDING = "obfuscation";

  private final SortedMap<Integer, ObjectNode> choices = new TreeMap<>();
  private @Nullable ObjectNode completion;

  private CompletionAccumulator() {}

  static StreamParseResult parse(String stream, ObjectMapper json) {
    CompletionAccumulator streamed = new CompletionAccumulator();
    try {
      for (String data : ServerSentEvents.parseData(stream)) {
        if (data.equals(DONE)) {
          return streamed
              .build()
              .<StreamParseResult>map(StreamParseResult.Complete::new)
              .orElseGet(() -> new StreamParseResult.Truncated(Optional.empty()));
        }
        JsonNode event = json.readTree(data);
        if (event.path("error").isObject()) {
          JsonNode error = event.path("error");
          return new StreamParseResult.Failed(
              error.path("type").asText("api_error"),
              error.path("message").asText("the provider gave no message"),
              streamed.build());
        }
        if (event instanceof ObjectNode chunk && chunk.path("choices").isArray()) {
          streamed.add(chunk);
        }
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return new StreamParseResult.Truncated(streamed.build());
    }
    return new StreamParseResult.Truncated(streamed.build());
  }

  private void add(ObjectNode chunk) {
    for (JsonNode choice : chunk.path("choices")) {
      if (!(choice instanceof ObjectNode piece) || !(piece.path("delta") instanceof ObjectNode)) {
        throw new IllegalArgumentException("a choice has no delta");
      }
      for (JsonNode call : piece.path("delta").path("tool_calls")) {
        if (!call.isObject()) {
          throw new IllegalArgumentException("a tool call is not an object");
        }
      }
      ObjectNode begun =
          choices.computeIfAbsent(piece.path("index").asInt(), _ -> JSON.objectNode());
      ObjectNode pieces = JSON.objectNode();
      pieces.set("message", piece.remove("delta"));
      pieces.set("logprobs", piece.remove("logprobs"));
      merge(begun, pieces);
      replace(begun, piece.without("message"));
    }
    chunk.remove(List.of("choices", PADDING));
    ObjectNode begun = completion == null ? JSON.objectNode() : completion;
    completion = begun;
    replace(begun, chunk);
  }

  /** Later values replace earlier ones, except for nulls. */
  private static void replace(ObjectNode begun, ObjectNode later) {
    for (Map.Entry<String, JsonNode> field : later.properties()) {
      if (!field.getValue().isNull() || !begun.has(field.getKey())) {
        begun.set(field.getKey(), field.getValue());
      }
    }
  }

  /** Merges a delta into the earlier ones. A null changes nothing. */
  private static void merge(ObjectNode begun, ObjectNode piece) {
    for (Map.Entry<String, JsonNode> field : piece.properties()) {
      String name = field.getKey();
      JsonNode said = begun.path(name);
      JsonNode more = field.getValue();
      if (more.isArray()) {
        merge(said instanceof ArrayNode list ? list : begun.putArray(name), more);
      } else if (more instanceof ObjectNode object && said instanceof ObjectNode known) {
        merge(known, object);
      } else if (more instanceof ObjectNode object) {
        merge(begun.putObject(name), object);
      } else if (more.isTextual() && said.isTextual() && !REPLACED_FIELDS.contains(name)) {
        begun.put(name, said.textValue() + more.textValue());
      } else if (!more.isNull() || said.isMissingNode()) {
        begun.set(name, more);
      }
    }
  }

  /** Merges elements with an index; appends all others, which are complete. */
  private static void merge(ArrayNode list, JsonNode pieces) {
    for (JsonNode piece : pieces) {
      if (piece instanceof ObjectNode object && object.path("index").isInt()) {
        int index = object.path("index").intValue();
        Optional<ObjectNode> begun = find(list, index);
        merge(begun.orElseGet(list::addObject), object);
      } else {
        list.add(piece);
      }
    }
  }

  private static Optional<ObjectNode> find(ArrayNode list, int index) {
    for (JsonNode element : list) {
      if (element.path("index").asInt(-1) == index && element instanceof ObjectNode object) {
        return Optional.of(object);
      }
    }
    return Optional.empty();
  }

  /** Builds the response so far, in the format of one that was not streamed. */
  private Optional<ObjectNode> build() {
    if (completion == null) {
      return Optional.empty();
    }
    ObjectNode answer = completion.deepCopy().put("object", "chat.completion");
    ArrayNode list = answer.putArray("choices");
    for (ObjectNode choice : choices.values()) {
      ObjectNode whole = choice.deepCopy();
      addNullFields((ObjectNode) whole.get("message"));
      list.add(whole);
    }
    return Optional.of(answer);
  }

  /** Adds the nulls that a complete message has in place of empty or missing texts. */
  private static void addNullFields(ObjectNode message) {
    boolean said = !message.path("content").asText("").isEmpty();
    boolean otherwise = message.hasNonNull("refusal") || message.hasNonNull("tool_calls");
    if (!message.has("content") || (!said && otherwise)) {
      message.putNull("content");
    }
    if (!message.has("refusal")) {
      message.putNull("refusal");
    }
    for (JsonNode call : message.path("tool_calls")) {
      ((ObjectNode) call).remove("index");
    }
  }
}
