package dev.tollgate.cost.calls;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromBool;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The item of a call record. The partition is its UTC day and one of sixteen shards, so that a busy
 * day does not end at one partition's 1,000 writes a second; both come from the id alone.
 */
public final class DynamoDbCallItem {
  static final int SHARDS = 16;
  private static final Duration RETENTION = Duration.ofDays(CallArchive.RETENTION_DAYS);

  private DynamoDbCallItem() {}

  static Map<String, AttributeValue> write(CallRecord call) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("PK", fromS(partition(call.id())));
    item.put("SK", fromS(call.id().value()));
    item.put("expires_at", fromN(Long.toString(call.time().plus(RETENTION).getEpochSecond())));
    for (Map.Entry<String, JsonNode> field : CallRecordJson.write(call).properties()) {
      item.put(field.getKey(), toAttribute(field.getValue()));
    }
    return item;
  }

  /** The write of a record as part of a transaction, which fails if the record is there already. */
  public static TransactWriteItem putOnce(String table, CallRecord call) {
    return TransactWriteItem.builder()
        .put(
            put ->
                put.tableName(table)
                    .item(write(call))
                    .conditionExpression("attribute_not_exists(PK)"))
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
   * @throws IllegalArgumentException if it is no call record
   */
  static CallRecord read(Map<String, AttributeValue> item) {
    ObjectNode json = JsonNodeFactory.withExactBigDecimals(true).objectNode();
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
      case NUMBER -> fromN(value.decimalValue().toPlainString());
      case STRING -> fromS(value.textValue());
      case ARRAY, BINARY, MISSING, NULL, OBJECT, POJO ->
          throw new IllegalArgumentException("a call record is flat: " + value);
    };
  }
}
