package dev.tollgate.dynamodb;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** A table: strongly consistent reads, and writes that are part of a transaction. */
public record DynamoDbTable(DynamoDbClient client, String name) {
  /** The condition that an item is new. */
  public static final String IS_NEW = "attribute_not_exists(PK)";

  public Optional<DynamoDbItem> find(DynamoDbKey key) {
    Map<String, AttributeValue> item =
        client.getItem(get -> get.tableName(name).key(key.toMap()).consistentRead(true)).item();
    return item.isEmpty() ? Optional.empty() : Optional.of(new DynamoDbItem(item));
  }

  /** All items of a partition whose sort keys begin with a prefix, in the order of those keys. */
  public List<DynamoDbItem> findByPrefix(String partition, String prefix) {
    return client
        .queryPaginator(
            query ->
                query
                    .tableName(name)
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :prefix)")
                    .expressionAttributeValues(
                        Map.of(":pk", fromS(partition), ":prefix", fromS(prefix)))
                    .consistentRead(true))
        .items()
        .stream()
        .map(DynamoDbItem::new)
        .toList();
  }

  /** Writes or replaces an item. */
  public TransactWriteItem put(Map<String, AttributeValue> item) {
    return TransactWriteItem.builder().put(put -> put.tableName(name).item(item)).build();
  }

  /** Writes an item, or fails if one has the same key. */
  public TransactWriteItem putNew(Map<String, AttributeValue> item) {
    return TransactWriteItem.builder()
        .put(put -> put.tableName(name).item(item).conditionExpression(IS_NEW))
        .build();
  }

  public TransactWriteItem delete(DynamoDbKey key) {
    return TransactWriteItem.builder()
        .delete(delete -> delete.tableName(name).key(key.toMap()))
        .build();
  }

  /** Deletes an item, or fails if there is none. */
  public TransactWriteItem deleteExisting(DynamoDbKey key) {
    return TransactWriteItem.builder()
        .delete(
            delete ->
                delete.tableName(name).key(key.toMap()).conditionExpression("attribute_exists(PK)"))
        .build();
  }

  public TransactWriteItem update(
      DynamoDbKey key, String expression, Map<String, AttributeValue> values) {
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(name)
                    .key(key.toMap())
                    .updateExpression(expression)
                    .expressionAttributeValues(values))
        .build();
  }
}
