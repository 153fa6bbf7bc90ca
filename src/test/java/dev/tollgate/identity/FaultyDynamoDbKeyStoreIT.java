package dev.tollgate.identity;

import dev.tollgate.FaultyDynamoDb;
import dev.tollgate.TestEngines;

/** The contract while DynamoDB rejects, throttles and loses responses. */
final class FaultyDynamoDbKeyStoreIT extends KeyStoreContract {
  @Override
  KeyStore newStore() {
    return new DynamoDbKeyStore(
        FaultyDynamoDb.over(TestEngines.dynamoDb()), TestEngines.table("PromptsTable"));
  }
}
