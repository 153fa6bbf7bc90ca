package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tollgate.TestEngines;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DynamoDbKeyStoreIT {
  private final String table = TestEngines.table("PromptsTable");
  private final DynamoDbKeyStore store = new DynamoDbKeyStore(TestEngines.dynamoDb(), table);

  @Test
  void findsAKeyByTheHashOfItsSecret() {
    KeyIssuer.Issued issued =
        new KeyIssuer(store, Clock.systemUTC()).issue("search", Set.of(Role.INVOKE, Role.FINANCE));

    assertEquals(Optional.of(issued.key()), store.find(issued.secret().hash()));
    assertEquals(Optional.empty(), store.find("0".repeat(64)));
  }

  @Test
  void noItemHoldsTheSecret() {
    KeyIssuer.Issued issued =
        new KeyIssuer(store, Clock.systemUTC()).issue("search", Set.of(Role.INVOKE));

    String items = TestEngines.dynamoDb().scan(scan -> scan.tableName(table)).items().toString();
    assertFalse(items.contains(issued.secret().value()));
  }
}
