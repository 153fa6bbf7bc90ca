package dev.tollgate.prompt;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromBool;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.ChainVerification;
import dev.tollgate.audit.DynamoDbAuditEvents;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import dev.tollgate.dynamodb.DynamoDbTransactions;
import dev.tollgate.dynamodb.DynamoDbValue;
import dev.tollgate.prompt.PromptChange.GateCondition;
import dev.tollgate.prompt.PromptChange.LabelChange;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * Prompts in the {@code prompts} table. The partition of a prompt, {@code PROMPT#name}, holds
 * {@code META} (the state), {@code V#0000000001}, {@code HASH#hash} (the newest version of a
 * content), {@code LABEL#label}, {@code SUITE#hash}, {@code GATE#hash#hash} and the events. {@code
 * PROMPTS} holds one small item per prompt, so that a list needs no scan.
 */
@Singleton
class DynamoDbPromptStore implements PromptStore {
  private static final String DIRECTORY = "PROMPTS";
  private static final String LABEL = "LABEL#";

  private final DynamoDbTable table;
  private final DynamoDbAuditEvents events;

  DynamoDbPromptStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.table = new DynamoDbTable(dynamoDb, table);
    this.events = new DynamoDbAuditEvents(this.table);
  }

  @Override
  public Optional<PromptState> findState(PromptName name) {
    return read(name, DynamoDbKey.META).map(item -> DynamoDbPromptItems.promptState(name, item));
  }

  @Override
  public List<PromptState> listStates(Optional<PromptName> after, int limit) {
    return table
        .query(
            query ->
                query
                    .keyConditionExpression("PK = :pk AND SK > :after")
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(DIRECTORY),
                            ":after", fromS(after.map(PromptName::value).orElse(" "))))
                    .limit(limit))
        .limit(limit)
        .map(item -> new PromptName(item.text(DynamoDbKey.SORT_KEY)))
        .flatMap(name -> findState(name).stream())
        .toList();
  }

  @Override
  public Optional<PromptVersion> findVersion(PromptName name, int number) {
    return read(name, versionKey(number)).map(item -> DynamoDbPromptItems.version(name, item));
  }

  @Override
  public OptionalInt findVersionByContent(PromptName name, String versionHash) {
    return read(name, contentKey(versionHash))
        .map(item -> OptionalInt.of(item.intNumber("version")))
        .orElse(OptionalInt.empty());
  }

  private Optional<DynamoDbItem> read(PromptName name, String sortKey) {
    return table.find(key(name, sortKey));
  }

  @Override
  public List<VersionSummary> listVersions(PromptName name, int before, int limit) {
    if (before <= 1 || limit < 1) {
      return List.of();
    }
    return table
        .query(
            query ->
                query
                    .keyConditionExpression("PK = :pk AND SK BETWEEN :first AND :last")
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(partition(name)),
                            ":first", fromS(versionKey(1)),
                            ":last", fromS(versionKey(before - 1))))
                    .projectionExpression("version, #hash, version_hash, author, notes, created")
                    .expressionAttributeNames(Map.of("#hash", "hash"))
                    .scanIndexForward(false)
                    .limit(limit))
        .limit(limit)
        .map(DynamoDbPromptItems::summary)
        .toList();
  }

  @Override
  public List<LabelPointer> listLabels(PromptName name) {
    return table
        .findByPrefix(partition(name), LABEL)
        .map(
            item ->
                DynamoDbPromptItems.pointer(
                    new Label(item.text(DynamoDbKey.SORT_KEY).substring(LABEL.length())), item))
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
    String gate = gateKey(verdict.versionHash(), verdict.suiteHash());
    try {
      table
          .client()
          .putItem(
              put -> {
                put.tableName(table.name())
                    .item(item(name, gate, DynamoDbPromptItems.item(verdict)));
                if (verdict.passed()) {
                  put.conditionExpression(
                          "attribute_not_exists(PK) OR passed = :passed OR run_at <= :began")
                      .expressionAttributeValues(
                          Map.of(
                              ":passed", fromBool(true),
                              ":began", DynamoDbValue.ofMillis(startedAt)));
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
                writes.add(put(name, suiteKey(suite.hash()), DynamoDbPromptItems.item(suite))));
    change.gate().ifPresent(gate -> writes.add(checkGate(name, gate)));
    try {
      table.client().transactWriteItems(transaction -> transaction.transactItems(writes));
      return new Commit.Committed();
    } catch (TransactionCanceledException e) {
      if (DynamoDbTransactions.isRetryable(e)) {
        return new Commit.Conflict();
      }
      throw e;
    } catch (TransactionInProgressException e) {
      // A retry of the SDK met its own first attempt, which may still succeed.
      return new Commit.Unknown();
    }
  }

  private TransactWriteItem putState(PromptChange change) {
    PromptState state = change.newState();
    Map<String, AttributeValue> item =
        item(state.name(), DynamoDbKey.META, DynamoDbPromptItems.item(state));
    boolean first = change.expectedEnd().length() == 0;
    return TransactWriteItem.builder()
        .put(
            put -> {
              put.tableName(table.name()).item(item);
              if (first) {
                put.conditionExpression(DynamoDbTable.IS_NEW);
              } else {
                put.conditionExpression("events = :events AND event_hash = :hash")
                    .expressionAttributeValues(
                        Map.of(
                            ":events", DynamoDbValue.of(change.expectedEnd().length()),
                            ":hash", fromS(change.expectedEnd().hash())));
              }
            })
        .build();
  }

  private void addVersion(List<TransactWriteItem> writes, PromptVersion version) {
    PromptName name = version.name();
    writes.add(
        table.putNew(item(name, versionKey(version.number()), DynamoDbPromptItems.item(version))));
    writes.add(
        put(
            name,
            contentKey(version.content().versionHash()),
            Map.of("version", DynamoDbValue.of(version.number()))));
    if (version.number() == 1) {
      writes.add(table.put(new DynamoDbKey(DIRECTORY, name.value()).toMap()));
    }
  }

  private TransactWriteItem writeLabel(PromptName name, LabelChange change) {
    String sortKey = LABEL + change.label();
    return change
        .pointer()
        .map(pointer -> put(name, sortKey, DynamoDbPromptItems.item(pointer)))
        .orElseGet(() -> table.delete(key(name, sortKey)));
  }

  private TransactWriteItem checkGate(PromptName name, GateCondition gate) {
    return TransactWriteItem.builder()
        .conditionCheck(
            check ->
                check
                    .tableName(table.name())
                    .key(key(name, gateKey(gate.versionHash(), gate.suiteHash())).toMap())
                    .conditionExpression("passed = :passed AND run_at >= :not_before")
                    .expressionAttributeValues(
                        Map.of(
                            ":passed", fromBool(true),
                            ":not_before", DynamoDbValue.ofMillis(gate.notBefore()))))
        .build();
  }

  private TransactWriteItem put(
      PromptName name, String sortKey, Map<String, AttributeValue> attributes) {
    return table.put(item(name, sortKey, attributes));
  }

  private static Map<String, AttributeValue> item(
      PromptName name, String sortKey, Map<String, AttributeValue> attributes) {
    return DynamoDbItem.builder(key(name, sortKey)).putAll(attributes).build();
  }

  private static DynamoDbKey key(PromptName name, String sortKey) {
    return DynamoDbKey.ofPrompt(name.value(), sortKey);
  }

  private static String partition(PromptName name) {
    return DynamoDbKey.promptPartition(name.value());
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
