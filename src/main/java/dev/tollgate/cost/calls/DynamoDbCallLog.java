package dev.tollgate.cost.calls;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Call records in the {@code calls} table. */
@Singleton
public class DynamoDbCallLog implements CallLog {
  private final DynamoDbClient dynamoDb;
  private final String table;

  public DynamoDbCallLog(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.calls.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  @Override
  public void append(CallRecord call, Duration timeout) {
    Map<String, AttributeValue> item = DynamoDbCallItem.write(call);
    try {
      // A put of the same record does not change the item, so a retry needs no condition.
      dynamoDb.putItem(
          put ->
              put.tableName(table)
                  .item(item)
                  .overrideConfiguration(override -> override.apiCallTimeout(timeout)));
    } catch (SdkException e) {
      throw new CallNotLoggedException(call.id(), e);
    }
  }
}
