package dev.tollgate.invocation;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.cost.calls.CallId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Claims in the {@code prompts} table: {@code IDEM#<team>#<key>}, {@code META}. DynamoDB deletes
 * expired items, but not immediately.
 */
@Singleton
class DynamoDbClaimStore implements ClaimStore {
  private static final String IS_HOLDER = "holder = :holder";

  private final DynamoDbClient dynamoDb;
  private final String table;

  DynamoDbClaimStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  @Override
  public Claim claim(IdempotencyKey key, Claim mine, Instant now) {
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(table)
                  .item(item(key, mine))
                  .conditionExpression("attribute_not_exists(PK) OR expires_at <= :now")
                  .expressionAttributeValues(Map.of(":now", seconds(now)))
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return mine;
    } catch (ConditionalCheckFailedException e) {
      // The item is this claim if the SDK retried after a lost response.
      return claim(e.item());
    }
  }

  @Override
  public void complete(IdempotencyKey key, String holder, CallId call) {
    try {
      dynamoDb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(itemKey(key))
                  .updateExpression("SET call_id = :call")
                  .conditionExpression(IS_HOLDER)
                  .expressionAttributeValues(
                      Map.of(":call", fromS(call.value()), ":holder", fromS(holder))));
    } catch (ConditionalCheckFailedException e) {
      // Another claim holds the key now.
    }
  }

  @Override
  public void release(IdempotencyKey key, String holder) {
    try {
      dynamoDb.deleteItem(
          delete ->
              delete
                  .tableName(table)
                  .key(itemKey(key))
                  .conditionExpression(IS_HOLDER)
                  .expressionAttributeValues(Map.of(":holder", fromS(holder))));
    } catch (ConditionalCheckFailedException e) {
      // Another claim holds the key now, or none does.
    }
  }

  private static Map<String, AttributeValue> itemKey(IdempotencyKey key) {
    return Map.of(
        "PK", fromS("IDEM#" + key.team() + "#" + key.value()),
        "SK", fromS("META"));
  }

  private static Map<String, AttributeValue> item(IdempotencyKey key, Claim claim) {
    Map<String, AttributeValue> item = new HashMap<>(itemKey(key));
    item.put("holder", fromS(claim.holder()));
    item.put("request_hash", fromS(claim.requestHash()));
    item.put("lease_until", fromS(claim.leaseUntil().toString()));
    item.put("expires_at", seconds(claim.expiresAt()));
    claim.callId().ifPresent(call -> item.put("call_id", fromS(call.value())));
    return item;
  }

  private static Claim claim(Map<String, AttributeValue> item) {
    return new Claim(
        attribute(item, "holder").s(),
        attribute(item, "request_hash").s(),
        Instant.parse(attribute(item, "lease_until").s()),
        Instant.ofEpochSecond(Long.parseLong(attribute(item, "expires_at").n())),
        Optional.ofNullable(item.get("call_id")).map(id -> new CallId(id.s())));
  }

  private static AttributeValue seconds(Instant time) {
    return fromN(Long.toString(time.getEpochSecond()));
  }

  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name);
  }
}
