package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromSs;

import dev.tollgate.TestEngines;
import dev.tollgate.audit.ChainVerification;
import dev.tollgate.identity.KeyService.IssuedKey;
import dev.tollgate.identity.VirtualKey.Grant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DynamoDbKeyStoreIT extends KeyStoreContract {
  private static final Grant GRANT = new Grant("search", Set.of(Role.INVOKE));

  private final String table = TestEngines.table("PromptsTable");
  private final DynamoDbKeyStore store = new DynamoDbKeyStore(TestEngines.dynamoDb(), table);
  private final KeyService ring = new KeyService(store, Clock.systemUTC());

  @Override
  KeyStore newStore() {
    return store;
  }

  @Test
  void storesNoSecret() {
    IssuedKey first = ring.create(GRANT, "direct");
    ring.rotate(first.key().id(), Duration.ofDays(1), "direct", Optional.empty());

    String items = TestEngines.dynamoDb().scan(scan -> scan.tableName(table)).items().toString();
    assertTrue(items.contains(first.secret().hash()));
    assertFalse(items.contains("tg_"), items);
  }

  @Test
  void readsKeyOfOldestFormat() {
    String hash = "a".repeat(64);
    TestEngines.dynamoDb()
        .putItem(
            put ->
                put.tableName(table)
                    .item(
                        Map.of(
                            "PK", fromS("KEY#" + hash),
                            "SK", fromS("META"),
                            "id", fromS("key_aaaaaaaaaaaa"),
                            "team", fromS("search"),
                            "roles", fromSs(List.of("invoke")),
                            "created", fromS("2026-11-22T10:00:00Z"))));

    VirtualKey key = store.findBySecretHash(hash).orElseThrow();
    assertEquals(GRANT, key.grant());
    assertEquals("direct", key.createdBy());
    assertEquals(VirtualKey.Status.ACTIVE, key.status(Instant.now()));
  }

  @Test
  void changedEventBreaksChain() {
    ring.create(GRANT, "direct");
    ring.create(GRANT, "direct");
    ring.create(GRANT, "direct");
    TestEngines.dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(table)
                    .key(Map.of("PK", fromS("KEYS"), "SK", fromS("EVENT#0000000002")))
                    .updateExpression("SET actor = :other")
                    .expressionAttributeValues(Map.of(":other", fromS("nobody"))));

    assertEquals(new ChainVerification.Broken(2), store.auditLog().verify());

    TestEngines.dynamoDb()
        .putItem(
            put ->
                put.tableName(table)
                    .item(Map.of("PK", fromS("KEYS"), "SK", fromS("EVENT#0000000000x"))));
    assertEquals(new ChainVerification.Broken(1), store.auditLog().verify());
  }
}
