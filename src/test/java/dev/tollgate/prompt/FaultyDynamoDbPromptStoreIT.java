package dev.tollgate.prompt;

import dev.tollgate.FaultyDynamoDb;
import dev.tollgate.TestEngines;

/**
 * The same promises while DynamoDB refuses, throttles and loses the answers to every third write.
 */
final class FaultyDynamoDbPromptStoreIT extends PromptStoreContract {
  @Override
  PromptStore newStore() {
    return new DynamoDbPromptStore(
        FaultyDynamoDb.over(TestEngines.dynamoDb()), TestEngines.table("PromptsTable"));
  }
}
