package dev.tollgate.identity;

import dev.tollgate.FaultyDynamoDb;
import dev.tollgate.TestEngines;

/** The same promises while DynamoDB refuses, throttles and loses answers. */
final class FaultyDynamoDbKeyStoreIT extends KeyStoreContract {
  @Override
  KeyStore newStore() {
    return new DynamoDbKeyStore(
        FaultyDynamoDb.over(TestEngines.dynamoDb()), TestEngines.table("PromptsTable"));
  }
}
