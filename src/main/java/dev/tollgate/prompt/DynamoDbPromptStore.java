package dev.tollgate.prompt;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.ChainVerification;
import dev.tollgate.audit.DynamoDbAuditEvents;
import dev.tollgate.prompt.PromptChange.GateCondition;
import dev.tollgate.prompt.PromptChange.LabelChange;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * Prompts in the {@code prompts} table. A prompt is a partition, {@code PROMPT#name}, of {@code
 * META} (the head), {@code V#0000000001}, {@code HASH#hash} (the newest version of a content),
 * {@code LABEL#label}, {@code SUITE#hash}, {@code GATE#hash#hash} and its events. {@code PROMPTS}
 * holds one small item a prompt, so that listing them scans nothing.
 */
@Singleton
class DynamoDbPromptStore implements PromptStore {
  private static final String PK = "PK";
  private static final String SK = "SK";
  private static final String DIRECTORY = "PROMPTS";
  private static final String META = "META";
  private static final String LABEL = "LABEL#";

  private final DynamoDbClient dynamoDb;
  private final DynamoDbAuditEvents events;
  private final String table;

  DynamoDbPromptStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.events = new DynamoDbAuditEvents(dynamoDb, table);
    this.table = table;
  }

  @Override
  public Optional<PromptState> findState(PromptName name) {
    return read(name, META).map(item -> DynamoDbPromptItems.promptState(name, item));
  }

  @Override
  public List<PromptState> listStates(Optional<PromptName> after, int limit) {
    QueryRequest query =
        QueryRequest.builder()
            .tableName(table)
            .keyConditionExpression("PK = :pk AND SK > :after")
            .expressionAttributeValues(
                Map.of(
                    ":pk", fromS(DIRECTORY),
                    ":after", fromS(after.map(PromptName::value).orElse(" "))))
            .consistentRead(true)
            .limit(limit)
            .build();
    List<PromptState> heads = new ArrayList<>();
    for (Map<String, AttributeValue> item : dynamoDb.query(query).items()) {
      findState(new PromptName(DynamoDbPromptItems.text(item, SK))).ifPresent(heads::add);
    }
    return heads;
  }

  @Override
  public Optional<PromptVersion> findVersion(PromptName name, int number) {
    return read(name, versionKey(number)).map(item -> DynamoDbPromptItems.version(name, item));
  }

  @Override
  public OptionalInt findVersionByContent(PromptName name, String versionHash) {
    return read(name, contentKey(versionHash))
        .map(item -> OptionalInt.of(DynamoDbPromptItems.number(item, "version")))
        .orElse(OptionalInt.empty());
  }

  private Optional<Map<String, AttributeValue>> read(PromptName name, String sortKey) {
    Map<String, AttributeValue> item =
        dynamoDb
            .getItem(get -> get.tableName(table).key(key(name, sortKey)).consistentRead(true))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  @Override
  public List<VersionSummary> listVersions(PromptName name, int before, int limit) {
    List<VersionSummary> versions = new ArrayList<>();
    if (before <= 1 || limit < 1) {
      return versions;
    }
    var pages =
        dynamoDb.queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :last")
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(partition(name)),
                            ":first", fromS(versionKey(1)),
                            ":last", fromS(versionKey(before - 1))))
                    .projectionExpression("version, #hash, version_hash, author, notes, created")
                    .expressionAttributeNames(Map.of("#hash", "hash"))
                    .scanIndexForward(false)
                    .consistentRead(true)
                    .limit(limit));
    for (Map<String, AttributeValue> item : pages.items()) {
      versions.add(DynamoDbPromptItems.summary(item));
      if (versions.size() == limit) {
        break;
      }
    }
    return versions;
  }

  @Override
  public List<LabelPointer> listLabels(PromptName name) {
    return dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :label)")
                    .expressionAttributeValues(
                        Map.of(":pk", fromS(partition(name)), ":label", fromS(LABEL)))
                    .consistentRead(true))
        .items()
        .stream()
        .map(
            item ->
                DynamoDbPromptItems.pointer(
                    new Label(DynamoDbPromptItems.text(item, SK).substring(LABEL.length())), item))
        .toList();
  }

  @Override
  public Optional<LabelPointer> findLabel(PromptName name, Label label) {
    return read(name, LABEL + label).map(item -> DynamoDbPromptItems.pointer(label, item));
  }

  @Override
  public Optional<Suite> findSuite(PromptName name, String hash) {
    return read(name, suiteKey(hash)).map(DynamoDbPromptItems::suite);
  }

  @Override
  public Optional<GateVerdict> findVerdict(PromptName name, String versionHash, String suiteHash) {
    return read(name, gateKey(versionHash, suiteHash))
        .map(item -> DynamoDbPromptItems.verdict(versionHash, suiteHash, item));
  }

  @Override
  public boolean recordVerdict(PromptName name, GateVerdict verdict, Instant startedAt) {
    Map<String, AttributeValue> item =
        new HashMap<>(key(name, gateKey(verdict.versionHash(), verdict.suiteHash())));
    item.putAll(DynamoDbPromptItems.item(verdict));
    try {
      dynamoDb.putItem(
          put -> {
            put.tableName(table).item(item);
            if (verdict.passed()) {
              put.conditionExpression(
                      "attribute_not_exists(PK) OR passed = :passed OR run_at <= :began")
                  .expressionAttributeValues(
                      Map.of(
                          ":passed", AttributeValue.fromBool(true),
                          ":began", DynamoDbPromptItems.millis(startedAt)));
            }
          });
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  @Override
  public List<AuditEvent> listEvents(PromptName name, long before, int limit) {
    return events.findNewest(partition(name), PromptChange.subject(name), before, limit);
  }

  @Override
  public ChainVerification verifyChain(PromptState state) {
    PromptName name = state.name();
    return ChainVerification.verify(
        events.readOldest(partition(name), PromptChange.subject(name), state.chainEnd().length()),
        state.chainEnd());
  }

  @Override
  public Commit commit(PromptChange change) {
    PromptName name = change.newState().name();
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(putState(change));
    writes.add(events.append(partition(name), change.event()));
    change.version().ifPresent(version -> addVersion(writes, version));
    change.label().ifPresent(label -> writes.add(writeLabel(name, label)));
    change
        .suite()
        .ifPresent(
            suite ->
                writes.add(put(name, suiteKey(suite.hash()), DynamoDbPromptItems.suite(suite))));
    change.gate().ifPresent(gate -> writes.add(checkGate(name, gate)));
    try {
      dynamoDb.transactWriteItems(transaction -> transaction.transactItems(writes));
      return new Commit.Committed();
    } catch (TransactionCanceledException e) {
      if (DynamoDbAuditEvents.isRetryable(e)) {
        return new Commit.Conflict();
      }
      throw e;
    } catch (TransactionInProgressException e) {
      // A retry met its own first try.
      return new Commit.Unknown();
    }
  }

  private TransactWriteItem putState(PromptChange change) {
    Map<String, AttributeValue> item = new HashMap<>(key(change.newState().name(), META));
    item.putAll(DynamoDbPromptItems.item(change.newState()));
    boolean first = change.expectedEnd().length() == 0;
    return TransactWriteItem.builder()
        .put(
            put -> {
              put.tableName(table).item(item);
              if (first) {
                put.conditionExpression("attribute_not_exists(PK)");
              } else {
                put.conditionExpression("events = :events AND event_hash = :hash")
                    .expressionAttributeValues(
                        Map.of(
                            ":events", fromN(Long.toString(change.expectedEnd().length())),
                            ":hash", fromS(change.expectedEnd().hash())));
              }
            })
        .build();
  }

  private void addVersion(List<TransactWriteItem> writes, PromptVersion version) {
    PromptName name = version.name();
    Map<String, AttributeValue> item = new HashMap<>(key(name, versionKey(version.number())));
    item.putAll(DynamoDbPromptItems.item(version));
    writes.add(
        TransactWriteItem.builder()
            .put(
                put ->
                    put.tableName(table).item(item).conditionExpression("attribute_not_exists(PK)"))
            .build());
    writes.add(
        put(
            name,
            contentKey(version.content().versionHash()),
            Map.of("version", fromN(Integer.toString(version.number())))));
    if (version.number() == 1) {
      Map<String, AttributeValue> entry = Map.of(PK, fromS(DIRECTORY), SK, fromS(name.value()));
      writes.add(TransactWriteItem.builder().put(put -> put.tableName(table).item(entry)).build());
    }
  }

  private TransactWriteItem writeLabel(PromptName name, LabelChange change) {
    String sortKey = LABEL + change.label();
    return change
        .pointer()
        .map(pointer -> put(name, sortKey, DynamoDbPromptItems.item(pointer)))
        .orElseGet(
            () ->
                TransactWriteItem.builder()
                    .delete(delete -> delete.tableName(table).key(key(name, sortKey)))
                    .build());
  }

  private TransactWriteItem checkGate(PromptName name, GateCondition gate) {
    return TransactWriteItem.builder()
        .conditionCheck(
            check ->
                check
                    .tableName(table)
                    .key(key(name, gateKey(gate.versionHash(), gate.suiteHash())))
                    .conditionExpression("passed = :passed AND run_at >= :not_before")
                    .expressionAttributeValues(
                        Map.of(
                            ":passed", AttributeValue.fromBool(true),
                            ":not_before", DynamoDbPromptItems.millis(gate.notBefore()))))
        .build();
  }

  private TransactWriteItem put(
      PromptName name, String sortKey, Map<String, AttributeValue> attributes) {
    Map<String, AttributeValue> item = new HashMap<>(key(name, sortKey));
    item.putAll(attributes);
    return TransactWriteItem.builder().put(put -> put.tableName(table).item(item)).build();
  }

  private static Map<String, AttributeValue> key(PromptName name, String sortKey) {
    return Map.of(PK, fromS(partition(name)), SK, fromS(sortKey));
  }

  private static String partition(PromptName name) {
    return "PROMPT#" + name;
  }

  private static String versionKey(int number) {
    return "V#%010d".formatted(number);
  }

  private static String contentKey(String versionHash) {
    return "HASH#" + versionHash;
  }

  private static String suiteKey(String hash) {
    return "SUITE#" + hash;
  }

  private static String gateKey(String versionHash, String suiteHash) {
    return "GATE#" + versionHash + "#" + suiteHash;
  }
}
