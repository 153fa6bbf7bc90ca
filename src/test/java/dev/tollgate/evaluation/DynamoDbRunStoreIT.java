package dev.tollgate.evaluation;

import dev.tollgate.TestEngines;

final class DynamoDbRunStoreIT extends RunStoreContract {
  @Override
  RunStore newStore() {
    return new DynamoDbRunStore(TestEngines.dynamoDb(), TestEngines.table("PromptsTable"));
  }
}
