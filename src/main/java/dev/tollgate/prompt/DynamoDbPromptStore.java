package dev.tollgate.prompt;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromBool;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Prompt versions in the {@code prompts} table: {@code PROMPT#name} holds {@code META} (the head)
 * and {@code V#0000000001} and so on; {@code PROMPTS} holds one small item a prompt, so that
 * listing them scans nothing.
 */
@Singleton
class DynamoDbPromptStore implements PromptStore {
  private static final String PK = "PK";
  private static final String SK = "SK";
  private static final String DIRECTORY = "PROMPTS";
  private static final String META = "META";

  private static final Set<String> LOST_RACES =
      Set.of("ConditionalCheckFailed", "TransactionConflict");

  private final DynamoDbClient dynamoDb;
  private final String table;

  DynamoDbPromptStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  @Override
  public Optional<PromptHead> findHead(PromptName name) {
    return read(name, META)
        .map(
            item ->
                new PromptHead(
                    name,
                    intOf(item, "latest"),
                    item.containsKey("active")
                        ? OptionalInt.of(intOf(item, "active"))
                        : OptionalInt.empty(),
                    Long.parseLong(attribute(item, "revision").n())));
  }

  @Override
  public Optional<PromptVersion> find(PromptName name, int number) {
    return read(name, versionKey(number)).map(item -> version(name, item));
  }

  private Optional<Map<String, AttributeValue>> read(PromptName name, String sortKey) {
    Map<String, AttributeValue> item =
        dynamoDb
            .getItem(get -> get.tableName(table).key(key(name, sortKey)).consistentRead(true))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  @Override
  public List<VersionSummary> history(PromptName name, int before, int limit) {
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
                    .projectionExpression("version, #hash, author, notes, created")
                    .expressionAttributeNames(Map.of("#hash", "hash"))
                    .scanIndexForward(false)
                    .consistentRead(true)
                    .limit(limit));
    for (Map<String, AttributeValue> item : pages.items()) {
      versions.add(
          new VersionSummary(
              intOf(item, "version"),
              attribute(item, "hash").s(),
              attribute(item, "author").s(),
              attribute(item, "notes").s(),
              Instant.parse(attribute(item, "created").s())));
      if (versions.size() == limit) {
        break;
      }
    }
    return versions;
  }

  @Override
  public List<PromptName> names() {
    return dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk")
                    .expressionAttributeValues(Map.of(":pk", fromS(DIRECTORY)))
                    .consistentRead(true))
        .items()
        .stream()
        .map(item -> new PromptName(attribute(item, SK).s()))
        .toList();
  }

  @Override
  public AppendResult append(PromptVersion version) {
    PromptName name = version.name();
    boolean first = version.number() == 1;
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(
        TransactWriteItem.builder()
            .update(
                head ->
                    head.tableName(table)
                        .key(key(name, META))
                        .updateExpression(
                            "SET latest = :number, revision = if_not_exists(revision, :zero)")
                        .conditionExpression(
                            first ? "attribute_not_exists(PK)" : "latest = :previous")
                        .expressionAttributeValues(
                            first
                                ? Map.of(":number", fromN("1"), ":zero", fromN("0"))
                                : Map.of(
                                    ":number", fromN(Integer.toString(version.number())),
                                    ":previous", fromN(Integer.toString(version.number() - 1)),
                                    ":zero", fromN("0"))))
            .build());
    writes.add(
        TransactWriteItem.builder()
            .put(
                put ->
                    put.tableName(table)
                        .item(item(version))
                        .conditionExpression("attribute_not_exists(PK)"))
            .build());
    if (first) {
      Map<String, AttributeValue> entry = Map.of(PK, fromS(DIRECTORY), SK, fromS(name.value()));
      writes.add(TransactWriteItem.builder().put(put -> put.tableName(table).item(entry)).build());
    }
    try {
      dynamoDb.transactWriteItems(transaction -> transaction.transactItems(writes));
      return new AppendResult.Appended();
    } catch (TransactionCanceledException e) {
      if (lostRace(e)) {
        return new AppendResult.Conflict();
      }
      throw e;
    }
  }

  @Override
  public MoveResult move(PromptName name, long expectedRevision, Activation activation) {
    long revision = expectedRevision + 1;
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":active", fromN(Integer.toString(activation.version())));
    values.put(":expected", fromN(Long.toString(expectedRevision)));
    values.put(":revision", fromN(Long.toString(revision)));
    values.put(":actor", fromS(activation.actor()));
    values.put(":time", fromS(activation.time().toString()));
    values.put(":reason", fromS(activation.reason().orElse("")));
    try {
      dynamoDb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(key(name, META))
                  .updateExpression(
                      "SET active = :active, revision = :revision, activated_by = :actor,"
                          + " activated_at = :time, activation_reason = :reason")
                  .conditionExpression("revision = :expected AND latest >= :active")
                  .expressionAttributeValues(values));
      return new MoveResult.Moved(revision);
    } catch (ConditionalCheckFailedException | TransactionConflictException e) {
      return new MoveResult.Conflict();
    }
  }

  private static boolean lostRace(TransactionCanceledException cancelled) {
    return cancelled.cancellationReasons().stream()
        .map(CancellationReason::code)
        .anyMatch(LOST_RACES::contains);
  }

  private static Map<String, AttributeValue> item(PromptVersion version) {
    PromptContent content = version.content();
    Map<String, AttributeValue> item =
        new HashMap<>(key(version.name(), versionKey(version.number())));
    item.put("version", fromN(Integer.toString(version.number())));
    item.put("template", fromS(content.template().text()));
    item.put("model", fromS(content.model()));
    content.temperature().ifPresent(value -> item.put("temperature", fromN(value.toPlainString())));
    item.put("max_tokens", fromN(Integer.toString(content.maxTokens())));
    item.put("cacheable", fromBool(content.cacheable()));
    item.put("hash", fromS(content.hash()));
    item.put("version_hash", fromS(content.versionHash()));
    item.put("author", fromS(version.author()));
    item.put("notes", fromS(version.notes()));
    item.put("created", fromS(version.created().toString()));
    return item;
  }

  private static PromptVersion version(PromptName name, Map<String, AttributeValue> item) {
    return new PromptVersion(
        name,
        intOf(item, "version"),
        new PromptContent(
            new Template(attribute(item, "template").s()),
            attribute(item, "model").s(),
            Optional.ofNullable(item.get("temperature")).map(value -> new BigDecimal(value.n())),
            intOf(item, "max_tokens"),
            attribute(item, "cacheable").bool()),
        attribute(item, "author").s(),
        attribute(item, "notes").s(),
        Instant.parse(attribute(item, "created").s()));
  }

  private static int intOf(Map<String, AttributeValue> item, String attribute) {
    return Integer.parseInt(attribute(item, attribute).n());
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

  /** An attribute that every item of this kind has. */
  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name);
  }
}
