package dev.tollgate.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.TestEngines;
import dev.tollgate.ledger.Chain;
import java.time.Clock;
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
  void whoeverEditsTheTableBreaksTheChain() {
    String table = TestEngines.table("PromptsTable");
    PromptStore store = store(table);
    PromptRegistry registry = new PromptRegistry(store, Clock.systemUTC());
    for (int i = 1; i <= 3; i++) {
      registry.register(
          NAME, PromptContent.ofText("v" + i, "m", Optional.empty(), 1), "ada", "", "key_1");
      registry.activate(
          NAME, i, true, new Order("key_1", Optional.of("test"), OptionalLong.empty()));
    }
    Map<String, AttributeValue> key =
        Map.of(
            "PK", AttributeValue.fromS("PROMPT#" + NAME),
            "SK", AttributeValue.fromS("EVENT#0000000004"));
    TestEngines.dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(table)
                    .key(key)
                    .updateExpression("SET actor = :actor")
                    .expressionAttributeValues(Map.of(":actor", AttributeValue.fromS("key_2"))));
    assertEquals(new Chain.Broken(4), store.verify(store.findHead(NAME).orElseThrow()));

    TestEngines.dynamoDb().deleteItem(delete -> delete.tableName(table).key(key));
    assertEquals(new Chain.Broken(4), store.verify(store.findHead(NAME).orElseThrow()));
  }
}
