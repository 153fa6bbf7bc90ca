package dev.tollgate.identity;

import dev.tollgate.TestEngines;
import dev.tollgate.TroubledDynamoDb;

/** The same promises while DynamoDB refuses, throttles and loses answers. */
final class TroubledDynamoDbKeyStoreIT extends KeyStoreContract {
  @Override
  KeyStore newStore() {
    return new DynamoDbKeyStore(
        TroubledDynamoDb.over(TestEngines.dynamoDb()), TestEngines.table("PromptsTable"));
  }
}
