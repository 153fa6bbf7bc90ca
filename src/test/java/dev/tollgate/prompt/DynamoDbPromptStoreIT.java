package dev.tollgate.prompt;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.TestEngines;
import dev.tollgate.audit.ChainVerification;
import dev.tollgate.prompt.content.PromptContent;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class DynamoDbPromptStoreIT extends PromptStoreContract {
  @Override
  PromptStore newStore() {
    return store(TestEngines.table("PromptsTable"));
  }

  private static PromptStore store(String table) {
    return new DynamoDbPromptStore(TestEngines.dynamoDb(), table);
  }

  @Test
  void editOfTheTableBreaksTheChain() {
    String table = TestEngines.table("PromptsTable");
    PromptStore store = store(table);
    PromptRegistry registry = new PromptRegistry(store, Clock.systemUTC());
    for (int i = 1; i <= 3; i++) {
      ChangeRequest changeRequest =
          new ChangeRequest("key_1", Optional.of("test"), OptionalLong.empty());
      registry.register(
          NAME, PromptContent.ofText("v" + i, "m", Optional.empty(), 1), "ada", "", changeRequest);
      registry.activate(NAME, i, true, changeRequest);
    }
    Map<String, AttributeValue> key =
        Map.of(
            "PK", AttributeValue.fromS("PROMPT#" + NAME),
            "SK", AttributeValue.fromS("EVENT#0000000004"));
    for (String attribute : List.of("actor", "type", "time", "to", "reason")) {
      AttributeValue before =
          requireNonNull(
              TestEngines.dynamoDb()
                  .getItem(get -> get.tableName(table).key(key))
                  .item()
                  .get(attribute));
      set(table, key, attribute, AttributeValue.fromS("edited"));
      assertEquals(
          new ChainVerification.Broken(4), store.verifyChain(store.findState(NAME).orElseThrow()));
      set(table, key, attribute, before);
      assertEquals(
          new ChainVerification.Intact(), store.verifyChain(store.findState(NAME).orElseThrow()));
    }

    TestEngines.dynamoDb().deleteItem(delete -> delete.tableName(table).key(key));
    assertEquals(
        new ChainVerification.Broken(4), store.verifyChain(store.findState(NAME).orElseThrow()));
  }

  private static void set(
      String table, Map<String, AttributeValue> key, String attribute, AttributeValue value) {
    TestEngines.dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(table)
                    .key(key)
                    .updateExpression("SET #attribute = :value")
                    .expressionAttributeNames(Map.of("#attribute", attribute))
                    .expressionAttributeValues(Map.of(":value", value)));
  }
}
