package dev.tollgate.audit;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * A partition of the {@code prompts} table that tells of all changes to what it holds: the events,
 * and the end of their chain in {@code META}.
 */
public final class DynamoDbAuditLog implements AuditLog {
  private final DynamoDbClient dynamoDb;
  private final String table;
  private final String partition;
  private final String subject;
  private final DynamoDbAuditEvents events;

  /**
   * @param subject what the events' hashes name as their subject
   */
  public DynamoDbAuditLog(DynamoDbClient dynamoDb, String table, String partition, String subject) {
    this.dynamoDb = dynamoDb;
    this.table = table;
    this.partition = partition;
    this.subject = subject;
    this.events = new DynamoDbAuditEvents(dynamoDb, table);
  }

  @Override
  public ChainHead head() {
    Map<String, AttributeValue> item =
        dynamoDb.getItem(get -> get.tableName(table).key(headKey()).consistentRead(true)).item();
    return item.isEmpty()
        ? ChainHead.NONE
        : new ChainHead(
            Long.parseLong(requireNonNull(item.get("events"), "events").n()),
            requireNonNull(item.get("event_hash"), "event_hash").s());
  }

  @Override
  public List<AuditEvent> findNewest(long before, int limit) {
    return events.findNewest(partition, subject, before, limit);
  }

  @Override
  public Iterable<AuditEvent> readUpTo(ChainHead end) {
    return events.readOldest(partition, subject, end.length());
  }

  /**
   * Writes an event and what it tells of: all or nothing, and only if no other event came in
   * between.
   *
   * @return false if one did, or if the table was too busy to tell: look again
   */
  public boolean commit(AuditEvent event, List<TransactWriteItem> changes) {
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(headUpdate(event));
    writes.add(events.append(partition, event));
    writes.addAll(changes);
    try {
      dynamoDb.transactWriteItems(transaction -> transaction.transactItems(writes));
      return true;
    } catch (TransactionCanceledException e) {
      if (DynamoDbAuditEvents.isRetryable(e)) {
        return false;
      }
      throw e;
    } catch (TransactionInProgressException e) {
      // The SDK's second try met its first one, which may come through or not.
      return false;
    }
  }

  private TransactWriteItem headUpdate(AuditEvent event) {
    Map<String, AttributeValue> end = new HashMap<>(headKey());
    end.put("events", fromN(Long.toString(event.number())));
    end.put("event_hash", fromS(event.hash()));
    Put.Builder put = Put.builder().tableName(table).item(end);
    if (event.number() == 1) {
      put.conditionExpression("attribute_not_exists(PK)");
    } else {
      put.conditionExpression("events = :events AND event_hash = :previous")
          .expressionAttributeValues(
              Map.of(
                  ":events", fromN(Long.toString(event.number() - 1)),
                  ":previous", fromS(event.previousHash())));
    }
    return TransactWriteItem.builder().put(put.build()).build();
  }

  private Map<String, AttributeValue> headKey() {
    return Map.of("PK", fromS(partition), "SK", fromS("META"));
  }
}
