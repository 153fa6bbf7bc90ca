package dev.tollgate.audit;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Chains of events in the {@code prompts} table: {@code EVENT#0000000001} and so on in the
 * partition of what they tell of. The chain's end is the owner's to keep.
 */
public final class DynamoDbAuditEvents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SORT_KEY = "EVENT#";

  private static final Pattern DIGITS = Pattern.compile("[0-9]{10}");

  /** Another writer was faster, or the table is throttled. */
  private static final Set<String> RETRYABLE_CODES =
      Set.of(
          "ConditionalCheckFailed",
          "TransactionConflict",
          "ThrottlingError",
          "ProvisionedThroughputExceeded");

  private final DynamoDbClient dynamoDb;
  private final String table;

  public DynamoDbAuditEvents(DynamoDbClient dynamoDb, String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  /** The write of one event, which fails if its number is taken. */
  public TransactWriteItem append(String partition, AuditEvent event) {
    return TransactWriteItem.builder()
        .put(
            put ->
                put.tableName(table)
                    .item(toItem(partition, event))
                    .conditionExpression("attribute_not_exists(PK)"))
        .build();
  }

  /** Whether a transaction was cancelled for reasons that pass, so that a new look is worth it. */
  public static boolean isRetryable(TransactionCanceledException cancelled) {
    return cancelled.cancellationReasons().stream()
        .map(CancellationReason::code)
        .anyMatch(RETRYABLE_CODES::contains);
  }

  /** Events below {@code before}, newest first, at most {@code limit}. */
  public List<AuditEvent> findNewest(String partition, String subject, long before, int limit) {
    List<AuditEvent> events = new ArrayList<>();
    if (before <= 1 || limit < 1) {
      return events;
    }
    QueryRequest query =
        query(partition, before - 1).toBuilder().scanIndexForward(false).limit(limit).build();
    for (Map<String, AttributeValue> item : dynamoDb.queryPaginator(query).items()) {
      events.add(toEvent(subject, item));
      if (events.size() == limit) {
        break;
      }
    }
    return events;
  }

  /** The first {@code length} events, oldest first, read as they are iterated. */
  public Iterable<AuditEvent> readOldest(String partition, String subject, long length) {
    if (length < 1) {
      return List.of();
    }
    return dynamoDb.queryPaginator(query(partition, length)).items().stream()
            .map(item -> toEvent(subject, item))
        ::iterator;
  }

  private QueryRequest query(String partition, long last) {
    return QueryRequest.builder()
        .tableName(table)
        .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :last")
        .expressionAttributeValues(
            Map.of(
                ":pk", fromS(partition),
                ":first", fromS(sortKey(0)),
                ":last", fromS(sortKey(last))))
        .consistentRead(true)
        .build();
  }

  private static Map<String, AttributeValue> toItem(String partition, AuditEvent event) {
    AuditEntry entry = event.entry();
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("PK", fromS(partition));
    item.put("SK", fromS(sortKey(event.number())));
    item.put("type", fromS(entry.type().id()));
    item.put("actor", fromS(entry.actor()));
    item.put("time", fromS(entry.time().toString()));
    entry.target().ifPresent(about -> item.put("about", fromS(about)));
    entry.from().ifPresent(from -> item.put("from", fromS(from.toString())));
    entry.to().ifPresent(to -> item.put("to", fromS(to.toString())));
    entry.reason().ifPresent(reason -> item.put("reason", fromS(reason)));
    entry.runId().ifPresent(run -> item.put("run_id", fromS(run)));
    item.put("previous_hash", fromS(event.previousHash()));
    return item;
  }

  /** Reads whatever is there: an event that somebody edited breaks its chain, not the reader. */
  private static AuditEvent toEvent(String subject, Map<String, AttributeValue> item) {
    return new AuditEvent(
        subject,
        parseNumber(text(item, "SK").orElseThrow()),
        new AuditEntry(
            text(item, "type").flatMap(AuditEventType::of).orElse(AuditEventType.UNKNOWN),
            text(item, "actor").orElse(""),
            parseTime(text(item, "time").orElse("")),
            text(item, "about"),
            text(item, "from").map(DynamoDbAuditEvents::parseValue),
            text(item, "to").map(DynamoDbAuditEvents::parseValue),
            text(item, "reason"),
            text(item, "run_id")),
        text(item, "previous_hash").orElse(""));
  }

  /** The number of an event; 0, which no event has, of what somebody put between them. */
  private static long parseNumber(String sortKey) {
    String digits = sortKey.substring(SORT_KEY.length());
    return DIGITS.matcher(digits).matches() ? Long.parseLong(digits) : 0;
  }

  private static Optional<String> text(Map<String, AttributeValue> item, String attribute) {
    return Optional.ofNullable(item.get(attribute)).map(AttributeValue::s);
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
