package dev.tollgate.identity;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.audit.DynamoDbAuditLog;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import dev.tollgate.identity.VirtualKey.Grant;
import jakarta.inject.Singleton;
import java.util.ArrayList;
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
 * Virtual keys in the {@code prompts} table. The authenticator reads {@code KEY#<hash>}, {@code
 * META}. {@code KEYS} holds a copy under {@code KEY#<id>}, so that a list needs no scan. It also
 * holds the events, and the end of their chain in {@code META}.
 */
@Singleton
class DynamoDbKeyStore implements KeyStore {
  private static final String KEYS_PARTITION = "KEYS";
  private static final String KEY_PREFIX = "KEY#";

  private final DynamoDbTable table;
  private final DynamoDbAuditLog auditLog;

  DynamoDbKeyStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.table = new DynamoDbTable(dynamoDb, table);
    this.auditLog = new DynamoDbAuditLog(this.table, KEYS_PARTITION, AUDIT_SUBJECT);
  }

  @Override
  public Optional<VirtualKey> findBySecretHash(String secretHash) {
    return table.find(secretKey(secretHash)).map(DynamoDbKeyStore::toKey);
  }

  @Override
  public Optional<Entry> findById(String id) {
    return table.find(idKey(id)).map(item -> new Entry(item.text("secret_hash"), toKey(item)));
  }

  @Override
  public List<VirtualKey> list(Optional<String> before, int limit) {
    if (limit < 1) {
      return List.of();
    }
    return table
        .query(
            query -> {
              query
                  .keyConditionExpression("PK = :pk AND begins_with(SK, :key)")
                  .expressionAttributeValues(
                      Map.of(":pk", fromS(KEYS_PARTITION), ":key", fromS(KEY_PREFIX)))
                  .scanIndexForward(false)
                  .limit(limit);
              before.ifPresent(id -> query.exclusiveStartKey(idKey(id).toMap()));
            })
        .limit(limit)
        .map(DynamoDbKeyStore::toKey)
        .toList();
  }

  @Override
  public AuditLog auditLog() {
    return auditLog;
  }

  @Override
  public CommitResult commit(AuditEvent event, List<Entry> changed) {
    List<TransactWriteItem> writes = new ArrayList<>();
    for (Entry entry : changed) {
      writes.add(table.put(toItem(secretKey(entry.secretHash()), entry)));
      writes.add(table.put(toItem(idKey(entry.key().id()), entry)));
    }
    return auditLog.commit(event, writes)
        ? new CommitResult.Committed()
        : new CommitResult.Conflict();
  }

  private static DynamoDbKey secretKey(String secretHash) {
    return new DynamoDbKey(KEY_PREFIX + secretHash, DynamoDbKey.META);
  }

  private static DynamoDbKey idKey(String id) {
    return new DynamoDbKey(KEYS_PARTITION, KEY_PREFIX + id);
  }

  private static Map<String, AttributeValue> toItem(DynamoDbKey itemKey, Entry entry) {
    VirtualKey key = entry.key();
    Grant grant = key.grant();
    return DynamoDbItem.builder(itemKey)
        .put("id", key.id())
        .put("secret_hash", entry.secretHash())
        .putText("name", grant.name())
        .put("team", grant.team())
        .putTextSet("roles", grant.roles().stream().map(Role::id).toList())
        .putTextSet("models", grant.restrictions().models())
        .putTextSet("prompts", grant.restrictions().prompts())
        .putTime("expires_at", grant.expiresAt())
        .put("created", key.created())
        .put("created_by", key.createdBy())
        .putTime("retires_at", key.retiresAt())
        .putTime("revoked_at", key.revokedAt())
        .putText("rotated_from", key.rotatedFrom())
        .put("person", key.principalId())
        .build();
  }

  private static VirtualKey toKey(DynamoDbItem item) {
    Set<Role> roles =
        item.textSet("roles").stream()
            .flatMap(role -> Role.of(role).stream())
            .collect(Collectors.toSet());
    Grant grant =
        new Grant(
            item.findText("name"),
            item.text("team"),
            roles,
            new KeyRestrictions(item.textSet("models"), item.textSet("prompts")),
            item.findTime("expires_at"));
    return new VirtualKey(
        item.text("id"),
        grant,
        item.time("created"),
        // The oldest keys lack it: they could only be created by direct invocation.
        item.findText("created_by").orElse(Caller.DIRECT.keyId()),
        item.findTime("retires_at"),
        item.findTime("revoked_at"),
        item.findText("rotated_from"),
        item.findText("person").orElseGet(() -> item.text("id")));
  }
}
