package dev.tollgate.invocation;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import dev.tollgate.dynamodb.DynamoDbValue;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Claims in the {@code prompts} table: {@code IDEM#<team>#<key>}, {@code META}. DynamoDB deletes
 * expired claims, though not at once.
 */
@Singleton
class DynamoDbClaimStore implements ClaimStore {
  private static final String IS_HOLDER = "holder = :holder";

  private final DynamoDbTable table;

  DynamoDbClaimStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.table = new DynamoDbTable(dynamoDb, table);
  }

  @Override
  public Claim claim(IdempotencyKey key, Claim mine, Instant now) {
    try {
      table
          .client()
          .putItem(
              put ->
                  put.tableName(table.name())
                      .item(toItem(key, mine))
                      .conditionExpression(DynamoDbTable.IS_NEW + " OR expires_at <= :now")
                      .expressionAttributeValues(Map.of(":now", DynamoDbValue.ofSeconds(now)))
                      .returnValuesOnConditionCheckFailure(
                          ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return mine;
    } catch (ConditionalCheckFailedException e) {
      // Returns the caller's own claim if the SDK retried after a lost response.
      return toClaim(new DynamoDbItem(e.item()));
    }
  }

  @Override
  public void complete(IdempotencyKey key, String holder, CallId call) {
    try {
      table
          .client()
          .updateItem(
              update ->
                  update
                      .tableName(table.name())
                      .key(itemKey(key).toMap())
                      .updateExpression("SET call_id = :call")
                      .conditionExpression(IS_HOLDER)
                      .expressionAttributeValues(
                          Map.of(":call", fromS(call.value()), ":holder", fromS(holder))));
    } catch (ConditionalCheckFailedException e) {
      // Another call holds the key now.
    }
  }

  @Override
  public void release(IdempotencyKey key, String holder) {
    try {
      table
          .client()
          .deleteItem(
              delete ->
                  delete
                      .tableName(table.name())
                      .key(itemKey(key).toMap())
                      .conditionExpression(IS_HOLDER)
                      .expressionAttributeValues(Map.of(":holder", fromS(holder))));
    } catch (ConditionalCheckFailedException e) {
      // Another call holds the key now, or it was released.
    }
  }

  private static DynamoDbKey itemKey(IdempotencyKey key) {
    return new DynamoDbKey("IDEM#" + key.team() + "#" + key.value(), DynamoDbKey.META);
  }

  private static Map<String, AttributeValue> toItem(IdempotencyKey key, Claim claim) {
    return DynamoDbItem.builder(itemKey(key))
        .put("holder", claim.holder())
        .put("request_hash", claim.requestHash())
        .put("lease_until", claim.leaseUntil())
        .putSeconds("expires_at", claim.expiresAt())
        .putText("call_id", claim.callId().map(CallId::value))
        .build();
  }

  private static Claim toClaim(DynamoDbItem item) {
    return new Claim(
        item.text("holder"),
        item.text("request_hash"),
        item.time("lease_until"),
        Instant.ofEpochSecond(item.longNumber("expires_at")),
        item.findText("call_id").map(CallId::new));
  }
}
