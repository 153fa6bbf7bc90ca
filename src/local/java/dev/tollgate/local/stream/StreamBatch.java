package dev.tollgate.local.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.lambda.InvocationResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Some records of one shard, in order, that a function is to work on together. */
record StreamBatch(List<ObjectNode> records) {
  private static final ObjectMapper JSON = new ObjectMapper();

  StreamBatch {
    records = List.copyOf(records);
    if (records.isEmpty()) {
      throw new IllegalArgumentException("A batch has records");
    }
  }

  int size() {
    return records.size();
  }

  StreamBatch slice(int from, int to) {
    return new StreamBatch(records.subList(from, to));
  }

  String lastSequenceNumber() {
    return sequenceNumber(records.getLast());
  }

  byte[] event() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    records.forEach(array::add);
    return JsonNodeFactory.instance
        .objectNode()
        .<ObjectNode>set("Records", array)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Returns how many records from the start are done. An answer that Lambda would not understand,
   * such as one that names a record of another batch, means none.
   */
  int countProcessed(InvocationResult result, boolean reportsItemFailures) {
    return switch (result) {
      case InvocationResult.Failed failed -> 0;
      case InvocationResult.Succeeded succeeded ->
          reportsItemFailures ? countProcessed(succeeded.payload()) : size();
    };
  }

  private int countProcessed(byte[] payload) {
    JsonNode answer;
    try {
      answer = JSON.readTree(payload);
    } catch (IOException e) {
      return 0;
    }
    int done = size();
    for (JsonNode failure : answer.path("batchItemFailures")) {
      done = Math.min(done, indexOf(failure.path("itemIdentifier").asText()));
    }
    return done;
  }

  private int indexOf(String sequenceNumber) {
    for (int index = 0; index < records.size(); index++) {
      if (sequenceNumber(records.get(index)).equals(sequenceNumber)) {
        return index;
      }
    }
    return 0;
  }

  private static String sequenceNumber(ObjectNode record) {
    return record.path("dynamodb").path("SequenceNumber").asText();
  }
}
