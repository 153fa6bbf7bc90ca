package dev.tollgate.cost.calls;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromBool;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import dev.tollgate.dynamodb.DynamoDbValue;
import dev.tollgate.json.JsonNodes;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The item of a call record. The partition is the UTC day and one of sixteen shards, since one
 * partition takes 1,000 writes a second. Both follow from the id.
 */
public final class DynamoDbCallItem {
  static final int SHARDS = 16;
  private static final Duration RETENTION = Duration.ofDays(CallArchive.RETENTION_DAYS);

  private DynamoDbCallItem() {}

  static Map<String, AttributeValue> write(CallRecord call) {
    DynamoDbItem.Builder item =
        DynamoDbItem.builder(new DynamoDbKey(partition(call.id()), call.id().value()))
            .putSeconds("expires_at", call.time().plus(RETENTION));
    for (Map.Entry<String, JsonNode> field : CallRecordJson.write(call).properties()) {
      item.put(field.getKey(), toAttribute(field.getValue()));
    }
    return item.build();
  }

  /** The write of a record as part of a transaction, which fails if the record exists. */
  public static TransactWriteItem putOnce(String table, CallRecord call) {
    return TransactWriteItem.builder()
        .put(
            put -> put.tableName(table).item(write(call)).conditionExpression(DynamoDbTable.IS_NEW))
        .build();
  }

  static String partition(CallId id) {
    // The last digit of a ULID is random.
    int random = Character.digit(id.value().charAt(id.value().length() - 1), Character.MAX_RADIX);
    return partition(id.time().atOffset(ZoneOffset.UTC).toLocalDate(), random % SHARDS);
  }

  static String partition(LocalDate day, int shard) {
    return day + "#" + shard;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is not a call record
   */
  static CallRecord read(Map<String, AttributeValue> item) {
    ObjectNode json = JsonNodes.object();
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      String name = attribute.getKey();
      AttributeValue value = attribute.getValue();
      switch (value.type()) {
        case S -> json.put(name, value.s());
        case N -> json.put(name, new BigDecimal(value.n()));
        case BOOL -> json.put(name, value.bool());
        case B, BS, L, M, NS, NUL, SS, UNKNOWN_TO_SDK_VERSION -> {}
      }
    }
    return CallRecordJson.read(json);
  }

  /** All partitions of a UTC day. */
  static Stream<String> partitions(LocalDate day) {
    return IntStream.range(0, SHARDS).mapToObj(shard -> partition(day, shard));
  }

  private static AttributeValue toAttribute(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> fromBool(value.booleanValue());
      case NUMBER -> DynamoDbValue.of(value.decimalValue());
      case STRING -> fromS(value.textValue());
      case ARRAY, BINARY, MISSING, NULL, OBJECT, POJO ->
          throw new IllegalArgumentException("a call record is flat: " + value);
    };
  }
}
