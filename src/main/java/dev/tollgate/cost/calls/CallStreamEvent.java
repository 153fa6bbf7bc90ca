package dev.tollgate.cost.calls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.json.JsonNodes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The call records of an event with which a DynamoDB stream invokes a function.
 *
 * @param calls the records, in the stream's order
 * @param unreadable the new images that are not call records, with the reason
 */
public record CallStreamEvent(List<CallRecord> calls, List<String> unreadable) {
  public CallStreamEvent {
    calls = List.copyOf(calls);
    unreadable = List.copyOf(unreadable);
  }

  /** Parses the insertions of an event. Other changes, such as expiry, are not calls. */
  public static CallStreamEvent parse(JsonNode event) {
    List<CallRecord> calls = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    for (JsonNode record : event.path("Records")) {
      if (!record.path("eventName").asText().equals("INSERT")) {
        continue;
      }
      JsonNode image = record.path("dynamodb").path("NewImage");
      try {
        calls.add(CallRecordJson.read(toPlainJson(image)));
      } catch (IllegalArgumentException e) {
        unreadable.add(e.getMessage() + " in " + image);
      }
    }
    return new CallStreamEvent(calls, unreadable);
  }

  /** Removes the types from attribute values: {@code {"N": "1"}} becomes {@code 1}. */
  private static ObjectNode toPlainJson(JsonNode image) {
    ObjectNode plain = JsonNodes.object();
    for (Map.Entry<String, JsonNode> attribute : image.properties()) {
      JsonNode value = attribute.getValue();
      if (value.has("S")) {
        plain.put(attribute.getKey(), value.path("S").asText());
      } else if (value.has("N")) {
        plain.put(attribute.getKey(), new BigDecimal(value.path("N").asText()));
      } else if (value.has("BOOL")) {
        plain.put(attribute.getKey(), value.path("BOOL").asBoolean());
      }
    }
    return plain;
  }
}
