package dev.tollgate.audit;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Chains of events in the {@code prompts} table: {@code EVENT#0000000001} and so on, in the
 * partition of their subject. The owner of the partition stores the end of the chain.
 */
public final class DynamoDbAuditEvents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SORT_KEY = "EVENT#";

  private static final Pattern DIGITS = Pattern.compile("[0-9]{10}");

  private final DynamoDbTable table;

  public DynamoDbAuditEvents(DynamoDbTable table) {
    this.table = table;
  }

  /** The write of one event, which fails if its number is taken. */
  public TransactWriteItem append(String partition, AuditEvent event) {
    return table.putNew(toItem(partition, event));
  }

  /** Events below {@code before}, newest first, at most {@code limit}. */
  public List<AuditEvent> findNewest(String partition, String subject, long before, int limit) {
    if (before <= 1 || limit < 1) {
      return List.of();
    }
    return query(partition, before - 1, query -> query.scanIndexForward(false).limit(limit))
        .limit(limit)
        .map(item -> toEvent(subject, item))
        .toList();
  }

  /** The first {@code length} events, oldest first, read during the iteration. */
  public Iterable<AuditEvent> readOldest(String partition, String subject, long length) {
    if (length < 1) {
      return List.of();
    }
    return query(partition, length, _ -> {}).map(item -> toEvent(subject, item))::iterator;
  }

  private Stream<DynamoDbItem> query(
      String partition, long last, Consumer<QueryRequest.Builder> order) {
    return table.query(
        query -> {
          query
              .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :last")
              .expressionAttributeValues(
                  Map.of(
                      ":pk", fromS(partition),
                      ":first", fromS(sortKey(0)),
                      ":last", fromS(sortKey(last))));
          order.accept(query);
        });
  }

  private static Map<String, AttributeValue> toItem(String partition, AuditEvent event) {
    AuditEntry entry = event.entry();
    return DynamoDbItem.builder(new DynamoDbKey(partition, sortKey(event.number())))
        .put("type", entry.type().id())
        .put("actor", entry.actor())
        .put("time", entry.time())
        .putText("about", entry.target())
        .putText("from", entry.from().map(JsonNode::toString))
        .putText("to", entry.to().map(JsonNode::toString))
        .putText("reason", entry.reason())
        .putText("run_id", entry.runId())
        .put("previous_hash", event.previousHash())
        .build();
  }

  /** Reads any item: an event that was edited breaks its chain, not the reader. */
  private static AuditEvent toEvent(String subject, DynamoDbItem item) {
    return new AuditEvent(
        subject,
        parseNumber(item.text(DynamoDbKey.SORT_KEY)),
        new AuditEntry(
            item.findText("type").flatMap(AuditEventType::of).orElse(AuditEventType.UNKNOWN),
            item.findText("actor").orElse(""),
            parseTime(item.findText("time").orElse("")),
            item.findText("about"),
            item.findText("from").map(DynamoDbAuditEvents::parseValue),
            item.findText("to").map(DynamoDbAuditEvents::parseValue),
            item.findText("reason"),
            item.findText("run_id")),
        item.findText("previous_hash").orElse(""));
  }

  /** The number of an event. An item that was inserted by hand has 0, which no event has. */
  private static long parseNumber(String sortKey) {
    String digits = sortKey.substring(SORT_KEY.length());
    return DIGITS.matcher(digits).matches() ? Long.parseLong(digits) : 0;
  }

  private static Instant parseTime(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private static JsonNode parseValue(String json) {
    try {
      JsonNode value = JSON.readTree(json);
      return value.isValueNode() ? value : TextNode.valueOf(json);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(json);
    }
  }

  private static String sortKey(long number) {
    return SORT_KEY + "%010d".formatted(number);
  }
}
