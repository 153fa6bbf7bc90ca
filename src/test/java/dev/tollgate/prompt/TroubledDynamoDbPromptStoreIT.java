package dev.tollgate.prompt;

import dev.tollgate.TestEngines;
import dev.tollgate.TroubledDynamoDb;

/**
 * The same promises while DynamoDB refuses, throttles and loses the answers to every third write.
 */
final class TroubledDynamoDbPromptStoreIT extends PromptStoreContract {
  @Override
  PromptStore newStore() {
    return new DynamoDbPromptStore(
        TroubledDynamoDb.over(TestEngines.dynamoDb()), TestEngines.table("PromptsTable"));
  }
}
