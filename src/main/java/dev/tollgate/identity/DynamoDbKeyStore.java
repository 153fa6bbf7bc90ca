package dev.tollgate.identity;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromSs;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.audit.DynamoDbAuditLog;
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
  private static final String KEYS_PARTITION = "KEYS";
  private static final String KEY_PREFIX = "KEY#";

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final DynamoDbAuditLog auditLog;

  DynamoDbKeyStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
    this.auditLog = new DynamoDbAuditLog(dynamoDb, table, KEYS_PARTITION, AUDIT_SUBJECT);
  }

  @Override
  public Optional<VirtualKey> findBySecretHash(String secretHash) {
    return read(itemKey(KEY_PREFIX + secretHash, META)).map(DynamoDbKeyStore::toKey);
  }

  @Override
  public Optional<Entry> findById(String id) {
    return read(itemKey(KEYS_PARTITION, KEY_PREFIX + id))
        .map(item -> new Entry(requireAttribute(item, "secret_hash").s(), toKey(item)));
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
                  .expressionAttributeValues(
                      Map.of(":pk", fromS(KEYS_PARTITION), ":key", fromS(KEY_PREFIX)))
                  .scanIndexForward(false)
                  .consistentRead(true)
                  .limit(limit);
              before.ifPresent(
                  id -> query.exclusiveStartKey(itemKey(KEYS_PARTITION, KEY_PREFIX + id)));
            });
    for (Map<String, AttributeValue> item : pages.items()) {
      keys.add(toKey(item));
      if (keys.size() == limit) {
        break;
      }
    }
    return keys;
  }

  @Override
  public AuditLog auditLog() {
    return auditLog;
  }

  @Override
  public CommitResult commit(AuditEvent event, List<Entry> changed) {
    List<TransactWriteItem> writes = new ArrayList<>();
    for (Entry entry : changed) {
      writes.add(put(toItem(KEY_PREFIX + entry.secretHash(), META, entry)));
      writes.add(put(toItem(KEYS_PARTITION, KEY_PREFIX + entry.key().id(), entry)));
    }
    return auditLog.commit(event, writes)
        ? new CommitResult.Committed()
        : new CommitResult.Conflict();
  }

  private TransactWriteItem put(Map<String, AttributeValue> item) {
    return TransactWriteItem.builder().put(put -> put.tableName(table).item(item)).build();
  }

  private static Map<String, AttributeValue> toItem(String partition, String sortKey, Entry entry) {
    VirtualKey key = entry.key();
    Grant grant = key.grant();
    Map<String, AttributeValue> item = new HashMap<>(itemKey(partition, sortKey));
    item.put("id", fromS(key.id()));
    item.put("secret_hash", fromS(entry.secretHash()));
    grant.name().ifPresent(name -> item.put("name", fromS(name)));
    item.put("team", fromS(grant.team()));
    item.put("roles", fromSs(grant.roles().stream().map(Role::id).sorted().toList()));
    putStringSet(item, "models", grant.restrictions().models());
    putStringSet(item, "prompts", grant.restrictions().prompts());
    grant.expiresAt().ifPresent(time -> item.put("expires_at", fromS(time.toString())));
    item.put("created", fromS(key.created().toString()));
    item.put("created_by", fromS(key.createdBy()));
    key.retiresAt().ifPresent(time -> item.put("retires_at", fromS(time.toString())));
    key.revokedAt().ifPresent(time -> item.put("revoked_at", fromS(time.toString())));
    key.rotatedFrom().ifPresent(id -> item.put("rotated_from", fromS(id)));
    item.put("person", fromS(key.principalId()));
    return item;
  }

  /** An empty set is no attribute value. */
  private static void putStringSet(
      Map<String, AttributeValue> item, String attribute, Set<String> values) {
    if (!values.isEmpty()) {
      item.put(attribute, fromSs(values.stream().sorted().toList()));
    }
  }

  private static VirtualKey toKey(Map<String, AttributeValue> item) {
    Set<Role> roles =
        requireAttribute(item, "roles").ss().stream()
            .flatMap(role -> Role.of(role).stream())
            .collect(Collectors.toSet());
    Grant grant =
        new Grant(
            text(item, "name"),
            requireAttribute(item, "team").s(),
            roles,
            new KeyRestrictions(stringSet(item, "models"), stringSet(item, "prompts")),
            time(item, "expires_at"));
    return new VirtualKey(
        requireAttribute(item, "id").s(),
        grant,
        Instant.parse(requireAttribute(item, "created").s()),
        // The first keys did not say it, and could only be made directly.
        text(item, "created_by").orElse(Caller.DIRECT.keyId()),
        time(item, "retires_at"),
        time(item, "revoked_at"),
        text(item, "rotated_from"),
        text(item, "person").orElse(requireAttribute(item, "id").s()));
  }

  private Optional<Map<String, AttributeValue>> read(Map<String, AttributeValue> address) {
    Map<String, AttributeValue> item =
        dynamoDb.getItem(get -> get.tableName(table).key(address).consistentRead(true)).item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  private static Map<String, AttributeValue> itemKey(String partition, String sortKey) {
    return Map.of(PK, fromS(partition), SK, fromS(sortKey));
  }

  private static Optional<String> text(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name)).map(AttributeValue::s);
  }

  private static Optional<Instant> time(Map<String, AttributeValue> item, String name) {
    return text(item, name).map(Instant::parse);
  }

  private static Set<String> stringSet(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name))
        .map(value -> Set.copyOf(value.ss()))
        .orElse(Set.of());
  }

  /** An attribute that every item of this kind has. */
  private static AttributeValue requireAttribute(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name);
  }
}
