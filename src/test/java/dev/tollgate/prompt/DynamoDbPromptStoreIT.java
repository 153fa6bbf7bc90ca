package dev.tollgate.prompt;

import dev.tollgate.TestEngines;

final class DynamoDbPromptStoreIT extends PromptStoreContract {
  @Override
  PromptStore newStore() {
    return new DynamoDbPromptStore(TestEngines.dynamoDb(), TestEngines.table("PromptsTable"));
  }
}
