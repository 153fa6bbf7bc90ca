package dev.tollgate.cost.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class CallStreamTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode event = JSON.createObjectNode();
  private final ArrayNode records = event.putArray("Records");

  @Test
  void readsBackWhatTheCallLogPut() {
    CallRecord first = CallRecords.answered(CallRecords.NOW, "alice", "0.054399");
    CallRecord second = CallRecords.failed(CallRecords.NOW);
    add("INSERT", image(first));
    add("INSERT", image(second));

    assertEquals(List.of(first, second), CallStreamEvent.parse(event).calls());
  }

  @Test
  void anExpiredRecordIsNoCall() {
    add("REMOVE", image(CallRecords.failed(CallRecords.NOW)));

    assertEquals(new CallStreamEvent(List.of(), List.of()), CallStreamEvent.parse(event));
  }

  @Test
  void whatIsNoRecordDoesNotHoldUpTheOthers() {
    CallRecord call = CallRecords.failed(CallRecords.NOW);
    add("INSERT", JSON.createObjectNode());
    add("INSERT", image(call));

    CallStreamEvent stream = CallStreamEvent.parse(event);
    assertEquals(List.of(call), stream.calls());
    assertEquals(List.of("a call record needs id in {}"), stream.unreadable());
  }

  @Test
  void theShardComesFromTheId() {
    CallId id = new CallId("01KAMZZZZZ000000000000000Z");

    assertEquals(id.time().toString().substring(0, 10) + "#3", DynamoDbCallItem.partition(id));
  }

  private void add(String name, ObjectNode image) {
    ObjectNode record = records.addObject().put("eventName", name);
    record.putObject("dynamodb").set("NewImage", image);
  }

  private static ObjectNode image(CallRecord call) {
    ObjectNode image = JSON.createObjectNode();
    for (Map.Entry<String, AttributeValue> attribute : DynamoDbCallItem.write(call).entrySet()) {
      ObjectNode value = image.putObject(attribute.getKey());
      switch (attribute.getValue().type()) {
        case S -> value.put("S", attribute.getValue().s());
        case N -> value.put("N", attribute.getValue().n());
        case BOOL -> value.put("BOOL", attribute.getValue().bool());
        default -> throw new AssertionError(attribute);
      }
    }
    return image;
  }
}
