package dev.tollgate.invocation;

import dev.tollgate.TestEngines;

final class DynamoDbClaimStoreIT extends ClaimStoreContract {
  private static final String TABLE = TestEngines.table("PromptsTable");

  @Override
  ClaimStore newStore() {
    return new DynamoDbClaimStore(TestEngines.dynamoDb(), TABLE);
  }
}
