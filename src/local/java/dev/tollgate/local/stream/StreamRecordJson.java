package dev.tollgate.local.stream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.template.LocalNames;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

/** Words a stream's record as Lambda hands it to a function. */
final class StreamRecordJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private StreamRecordJson() {}

  static ObjectNode of(Record record, String streamArn) {
    ObjectNode json = JSON.objectNode();
    json.put("eventID", record.eventID());
    json.put("eventName", record.eventNameAsString());
    json.put("eventVersion", record.eventVersion());
    json.put("eventSource", "aws:dynamodb");
    json.put("awsRegion", LocalNames.REGION);
    json.set("dynamodb", change(record.dynamodb()));
    if (record.userIdentity() != null) {
      ObjectNode identity = json.putObject("userIdentity");
      identity.put("type", record.userIdentity().type());
      identity.put("principalId", record.userIdentity().principalId());
    }
    json.put("eventSourceARN", streamArn);
    return json;
  }

  private static ObjectNode change(StreamRecord change) {
    ObjectNode json = JSON.objectNode();
    Instant time = change.approximateCreationDateTime();
    if (time != null) {
      json.put("ApproximateCreationDateTime", time.getEpochSecond());
    }
    json.set("Keys", item(change.keys()));
    if (change.hasNewImage()) {
      json.set("NewImage", item(change.newImage()));
    }
    if (change.hasOldImage()) {
      json.set("OldImage", item(change.oldImage()));
    }
    json.put("SequenceNumber", change.sequenceNumber());
    json.put("SizeBytes", change.sizeBytes());
    json.put("StreamViewType", change.streamViewTypeAsString());
    return json;
  }

  private static ObjectNode item(Map<String, AttributeValue> item) {
    ObjectNode json = JSON.objectNode();
    item.forEach((name, value) -> json.set(name, value(value)));
    return json;
  }

  private static ObjectNode value(AttributeValue value) {
    ObjectNode json = JSON.objectNode();
    switch (value.type()) {
      case S -> json.put("S", value.s());
      case N -> json.put("N", value.n());
      case B -> json.put("B", base64(value.b()));
      case BOOL -> json.put("BOOL", value.bool());
      case NUL -> json.put("NULL", true);
      case SS -> strings(json.putArray("SS"), value.ss());
      case NS -> strings(json.putArray("NS"), value.ns());
      case BS ->
          strings(json.putArray("BS"), value.bs().stream().map(StreamRecordJson::base64).toList());
      case L -> {
        ArrayNode list = json.putArray("L");
        value.l().forEach(element -> list.add(value(element)));
      }
      case M -> json.set("M", item(value.m()));
      case UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalStateException("An attribute of a type that the SDK does not know");
    }
    return json;
  }

  private static void strings(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }

  private static String base64(SdkBytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
  }
}
