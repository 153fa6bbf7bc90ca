package dev.tollgate.identity;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromSs;

import dev.tollgate.audit.DynamoDbChain;
import dev.tollgate.audit.Event;
import dev.tollgate.audit.EventChain;
import dev.tollgate.identity.VirtualKey.Grant;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Virtual keys in the {@code prompts} table. {@code KEY#<hash>}, {@code META} is what a caller is
 * recognised by. {@code KEYS} holds the same once more under {@code KEY#<id>}, so that listing
 * scans nothing, the events, and the end of their chain in {@code META}.
 */
@Singleton
class DynamoDbKeyStore implements KeyStore {
  private static final String PK = "PK";
  private static final String SK = "SK";
  private static final String META = "META";
  private static final String DIRECTORY = "KEYS";
  private static final String KEY = "KEY#";

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final DynamoDbChain chain;

  DynamoDbKeyStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
    this.chain = new DynamoDbChain(dynamoDb, table, DIRECTORY, SUBJECT);
  }

  @Override
  public Optional<VirtualKey> findBySecretHash(String secretHash) {
    return read(address(KEY + secretHash, META)).map(DynamoDbKeyStore::key);
  }

  @Override
  public Optional<Entry> findById(String id) {
    return read(address(DIRECTORY, KEY + id))
        .map(item -> new Entry(attribute(item, "secret_hash").s(), key(item)));
  }

  @Override
  public List<VirtualKey> list(Optional<String> before, int limit) {
    List<VirtualKey> keys = new ArrayList<>();
    if (limit < 1) {
      return keys;
    }
    var pages =
        dynamoDb.queryPaginator(
            query -> {
              query
                  .tableName(table)
                  .keyConditionExpression("PK = :pk AND begins_with(SK, :key)")
                  .expressionAttributeValues(Map.of(":pk", fromS(DIRECTORY), ":key", fromS(KEY)))
                  .scanIndexForward(false)
                  .consistentRead(true)
                  .limit(limit);
              before.ifPresent(id -> query.exclusiveStartKey(address(DIRECTORY, KEY + id)));
            });
    for (Map<String, AttributeValue> item : pages.items()) {
      keys.add(key(item));
      if (keys.size() == limit) {
        break;
      }
    }
    return keys;
  }

  @Override
  public EventChain events() {
    return chain;
  }

  @Override
  public Result commit(Event event, List<Entry> changed) {
    List<TransactWriteItem> writes = new ArrayList<>();
    for (Entry entry : changed) {
      writes.add(put(item(KEY + entry.secretHash(), META, entry)));
      writes.add(put(item(DIRECTORY, KEY + entry.key().id(), entry)));
    }
    return chain.commit(event, writes) ? new Result.Committed() : new Result.Conflict();
  }

  private TransactWriteItem put(Map<String, AttributeValue> item) {
    return TransactWriteItem.builder().put(put -> put.tableName(table).item(item)).build();
  }

  private static Map<String, AttributeValue> item(String partition, String sortKey, Entry entry) {
    VirtualKey key = entry.key();
    Grant grant = key.grant();
    Map<String, AttributeValue> item = new HashMap<>(address(partition, sortKey));
    item.put("id", fromS(key.id()));
    item.put("secret_hash", fromS(entry.secretHash()));
    grant.name().ifPresent(name -> item.put("name", fromS(name)));
    item.put("team", fromS(grant.team()));
    item.put("roles", fromSs(grant.roles().stream().map(Role::id).sorted().toList()));
    putAll(item, "models", grant.allowance().models());
    putAll(item, "prompts", grant.allowance().prompts());
    grant.expiresAt().ifPresent(time -> item.put("expires_at", fromS(time.toString())));
    item.put("created", fromS(key.created().toString()));
    item.put("created_by", fromS(key.createdBy()));
    key.retiresAt().ifPresent(time -> item.put("retires_at", fromS(time.toString())));
    key.revokedAt().ifPresent(time -> item.put("revoked_at", fromS(time.toString())));
    key.rotatedFrom().ifPresent(id -> item.put("rotated_from", fromS(id)));
    item.put("person", fromS(key.person()));
    return item;
  }

  /** An empty set is no attribute value. */
  private static void putAll(
      Map<String, AttributeValue> item, String attribute, Set<String> values) {
    if (!values.isEmpty()) {
      item.put(attribute, fromSs(values.stream().sorted().toList()));
    }
  }

  private static VirtualKey key(Map<String, AttributeValue> item) {
    Set<Role> roles =
        attribute(item, "roles").ss().stream()
            .flatMap(role -> Role.of(role).stream())
            .collect(Collectors.toSet());
    Grant grant =
        new Grant(
            text(item, "name"),
            attribute(item, "team").s(),
            roles,
            new Allowance(all(item, "models"), all(item, "prompts")),
            time(item, "expires_at"));
    return new VirtualKey(
        attribute(item, "id").s(),
        grant,
        Instant.parse(attribute(item, "created").s()),
        // The first keys did not say it, and could only be made directly.
        text(item, "created_by").orElse(Caller.DIRECT.keyId()),
        time(item, "retires_at"),
        time(item, "revoked_at"),
        text(item, "rotated_from"),
        text(item, "person").orElse(attribute(item, "id").s()));
  }

  private Optional<Map<String, AttributeValue>> read(Map<String, AttributeValue> address) {
    Map<String, AttributeValue> item =
        dynamoDb.getItem(get -> get.tableName(table).key(address).consistentRead(true)).item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  private static Map<String, AttributeValue> address(String partition, String sortKey) {
    return Map.of(PK, fromS(partition), SK, fromS(sortKey));
  }

  private static Optional<String> text(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name)).map(AttributeValue::s);
  }

  private static Optional<Instant> time(Map<String, AttributeValue> item, String name) {
    return text(item, name).map(Instant::parse);
  }

  private static Set<String> all(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name))
        .map(value -> Set.copyOf(value.ss()))
        .orElse(Set.of());
  }

  /** An attribute that every item of this kind has. */
  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name);
  }
}
