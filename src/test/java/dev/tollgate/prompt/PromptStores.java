package dev.tollgate.prompt;

import dev.tollgate.TestEngines;

/** Stores of prompts for tests of other packages. */
public final class PromptStores {
  private PromptStores() {}

  public static PromptStore dynamoDb(String table) {
    return new DynamoDbPromptStore(TestEngines.dynamoDb(), table);
  }
}
