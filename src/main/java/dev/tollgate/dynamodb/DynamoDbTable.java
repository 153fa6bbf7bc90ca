package dev.tollgate.dynamodb;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** A table: strongly consistent reads, and writes that are part of a transaction. */
public record DynamoDbTable(DynamoDbClient client, String name) {
  /** The condition that an item is new. */
  public static final String IS_NEW = "attribute_not_exists(PK)";

  public Optional<DynamoDbItem> find(DynamoDbKey key) {
    return find(key, _ -> {});
  }

  /** Finds an item with settings of the request, such as a timeout. */
  public Optional<DynamoDbItem> find(DynamoDbKey key, Consumer<GetItemRequest.Builder> settings) {
    GetItemRequest.Builder get =
        GetItemRequest.builder().tableName(name).key(key.toMap()).consistentRead(true);
    settings.accept(get);
    return Optional.of(client.getItem(get.build()))
        .filter(GetItemResponse::hasItem)
        .map(found -> new DynamoDbItem(found.item()));
  }

  /** All items of a partition whose sort keys begin with a prefix, in the order of those keys. */
  public Stream<DynamoDbItem> findByPrefix(String partition, String prefix) {
    return query(
        query ->
            query
                .keyConditionExpression("PK = :pk AND begins_with(SK, :prefix)")
                .expressionAttributeValues(
                    Map.of(":pk", fromS(partition), ":prefix", fromS(prefix))));
  }

  /** The items that a query finds. The stream reads the pages one by one. */
  public Stream<DynamoDbItem> query(Consumer<QueryRequest.Builder> conditions) {
    QueryRequest.Builder query = QueryRequest.builder().tableName(name).consistentRead(true);
    conditions.accept(query);
    return client.queryPaginator(query.build()).items().stream().map(DynamoDbItem::new);
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
