package dev.tollgate.audit;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import dev.tollgate.dynamodb.DynamoDbTransactions;
import dev.tollgate.dynamodb.DynamoDbValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * The audit log of a partition in the {@code prompts} table: the events, and the end of their chain
 * in {@code META}.
 */
public final class DynamoDbAuditLog implements AuditLog {
  private final DynamoDbTable table;
  private final String partition;
  private final String subject;
  private final DynamoDbKey headKey;
  private final DynamoDbAuditEvents events;

  /**
   * @param subject the subject in the hashes of the events
   */
  public DynamoDbAuditLog(DynamoDbTable table, String partition, String subject) {
    this.table = table;
    this.partition = partition;
    this.subject = subject;
    this.headKey = new DynamoDbKey(partition, DynamoDbKey.META);
    this.events = new DynamoDbAuditEvents(table);
  }

  @Override
  public ChainHead head() {
    return table
        .find(headKey)
        .map(item -> new ChainHead(item.longNumber("events"), item.text("event_hash")))
        .orElse(ChainHead.NONE);
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
   * Writes an event and the changes that it describes: all or nothing, and only if no other event
   * was written since the head was read.
   *
   * @return false if one was, or if the table was too busy to tell; read again before a retry
   */
  public boolean commit(AuditEvent event, List<TransactWriteItem> changes) {
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(headUpdate(event));
    writes.add(events.append(partition, event));
    writes.addAll(changes);
    try {
      table.client().transactWriteItems(transaction -> transaction.transactItems(writes));
      return true;
    } catch (TransactionCanceledException e) {
      if (DynamoDbTransactions.isRetryable(e)) {
        return false;
      }
      throw e;
    } catch (TransactionInProgressException e) {
      // A retry of the SDK met its own first attempt, which may still succeed.
      return false;
    }
  }

  private TransactWriteItem headUpdate(AuditEvent event) {
    Put.Builder put =
        Put.builder()
            .tableName(table.name())
            .item(
                DynamoDbItem.builder(headKey)
                    .put("events", event.number())
                    .put("event_hash", event.hash())
                    .build());
    if (event.number() == 1) {
      put.conditionExpression(DynamoDbTable.IS_NEW);
    } else {
      put.conditionExpression("events = :events AND event_hash = :previous")
          .expressionAttributeValues(
              Map.of(
                  ":events", DynamoDbValue.of(event.number() - 1),
                  ":previous", fromS(event.previousHash())));
    }
    return TransactWriteItem.builder().put(put.build()).build();
  }
}
