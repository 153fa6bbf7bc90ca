package dev.tollgate.local.template;

import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** Creates the template's tables in DynamoDB Local. */
public final class Tables {
  private Tables() {}

  /** Creates the tables that are missing, with time to live and stream; leaves others alone. */
  public static void create(List<TableDefinition> tables, DynamoDbClient dynamoDb) {
    for (TableDefinition table : tables) {
      try {
        dynamoDb.createTable(request(table));
      } catch (ResourceInUseException e) {
        // It exists, perhaps since an earlier run.
      }
      dynamoDb.waiter().waitUntilTableExists(request -> request.tableName(table.name()));
      // Also for a table that was there: a run that ended between the two calls left it without.
      table.timeToLive().ifPresent(attribute -> expire(table.name(), attribute, dynamoDb));
    }
  }

  private static void expire(String table, String attribute, DynamoDbClient dynamoDb) {
    TimeToLiveStatus status =
        dynamoDb
            .describeTimeToLive(request -> request.tableName(table))
            .timeToLiveDescription()
            .timeToLiveStatus();
    if (status == TimeToLiveStatus.DISABLED) {
      dynamoDb.updateTimeToLive(
          request ->
              request
                  .tableName(table)
                  .timeToLiveSpecification(
                      specification -> specification.attributeName(attribute).enabled(true)));
    }
  }

  private static CreateTableRequest request(TableDefinition table) {
    CreateTableRequest.Builder request =
        CreateTableRequest.builder()
            .tableName(table.name())
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .keySchema(keySchema(table.keys()))
            .attributeDefinitions(
                table.attributes().entrySet().stream()
                    .map(
                        attribute ->
                            AttributeDefinition.builder()
                                .attributeName(attribute.getKey())
                                .attributeType(attribute.getValue())
                                .build())
                    .toList());
    table
        .streamViewType()
        .ifPresent(
            view ->
                request.streamSpecification(
                    specification -> specification.streamEnabled(true).streamViewType(view)));
    if (!table.indexes().isEmpty()) {
      request.globalSecondaryIndexes(table.indexes().stream().map(Tables::index).toList());
    }
    return request.build();
  }

  private static GlobalSecondaryIndex index(TableDefinition.Index index) {
    return GlobalSecondaryIndex.builder()
        .indexName(index.name())
        .keySchema(keySchema(index.keys()))
        .projection(
            projection -> {
              projection.projectionType(index.projectionType());
              if (!index.nonKeyAttributes().isEmpty()) {
                projection.nonKeyAttributes(index.nonKeyAttributes());
              }
            })
        .build();
  }

  private static List<KeySchemaElement> keySchema(List<TableDefinition.Key> keys) {
    return keys.stream()
        .map(
            key ->
                KeySchemaElement.builder()
                    .attributeName(key.attribute())
                    .keyType(key.type())
                    .build())
        .toList();
  }
}
