package dev.tollgate.identity;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromSs;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Virtual keys in the {@code prompts} table: {@code KEY#<hash>}, {@code META}. */
@Singleton
class DynamoDbKeyStore implements KeyStore {
  private final DynamoDbClient dynamoDb;
  private final String table;

  DynamoDbKeyStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  @Override
  public Optional<VirtualKey> find(String secretHash) {
    Map<String, AttributeValue> item =
        dynamoDb
            .getItem(get -> get.tableName(table).key(primaryKey(secretHash)).consistentRead(true))
            .item();
    if (item.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new VirtualKey(
            attribute(item, "id").s(),
            attribute(item, "team").s(),
            attribute(item, "roles").ss().stream()
                .flatMap(role -> Role.of(role).stream())
                .collect(Collectors.toSet()),
            Instant.parse(attribute(item, "created").s())));
  }

  @Override
  public void add(String secretHash, VirtualKey key) {
    Map<String, AttributeValue> item =
        Map.of(
            "PK", fromS("KEY#" + secretHash),
            "SK", fromS("META"),
            "id", fromS(key.id()),
            "team", fromS(key.team()),
            "roles", fromSs(key.roles().stream().map(Role::id).sorted().toList()),
            "created", fromS(key.created().toString()));
    dynamoDb.putItem(put -> put.tableName(table).item(item));
  }

  private static Map<String, AttributeValue> primaryKey(String secretHash) {
    return Map.of("PK", fromS("KEY#" + secretHash), "SK", fromS("META"));
  }

  /** An attribute that every item of this kind has. */
  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name);
  }
}
