package dev.tollgate.shadow;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.audit.DynamoDbAuditEvents;
import dev.tollgate.audit.OptimisticRetry;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * Comparisons in the partition of their prompt in the {@code prompts} table: {@code
 * SHADOW#TALLY#hash#time} counts those of a version since a time, {@code SHADOW#CALL#id} says that
 * one was counted, and {@code SHADOW#DIFFERENT#id} that it found a difference.
 */
@Singleton
class DynamoDbComparisonStore implements ComparisonStore {
  /** Lambda delivers an event again for six hours. */
  private static final Duration CLAIM_RETENTION = Duration.ofDays(2);

  private static final Duration DIFFERENCE_RETENTION = Duration.ofDays(90);

  private static final String DIFFERENT_PREFIX = "SHADOW#DIFFERENT#";

  private final DynamoDbClient dynamoDb;
  private final String table;

  DynamoDbComparisonStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  @Override
  public boolean isRecorded(PromptName prompt, CallId callId) {
    return !read(key(prompt, claimKey(callId))).isEmpty();
  }

  @Override
  public boolean recordOnce(CountingWindow series, ShadowComparison comparison, Instant now) {
    PromptName prompt = series.prompt();
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(claimWrite(prompt, comparison.callId(), now.plus(CLAIM_RETENTION)));
    writes.add(countWrite(series, comparison.verdict().id()));
    if (comparison.verdict() instanceof ComparisonVerdict.Different) {
      writes.add(differenceWrite(prompt, comparison, now.plus(DIFFERENCE_RETENTION)));
    }
    for (int attempt = 0; attempt < OptimisticRetry.MAX_ATTEMPTS; attempt++) {
      try {
        dynamoDb.transactWriteItems(transaction -> transaction.transactItems(writes));
        return true;
      } catch (TransactionCanceledException e) {
        String first = e.cancellationReasons().getFirst().code();
        if (first.equals("ConditionalCheckFailed")) {
          return false;
        }
        if (!DynamoDbAuditEvents.isRetryable(e)) {
          throw e;
        }
      } catch (TransactionInProgressException e) {
        // A retry met its own first try; the next look finds what became of that.
      }
      OptimisticRetry.backOff(attempt);
    }
    throw new IllegalStateException("too many comparisons of " + prompt + " are counted at once");
  }

  private TransactWriteItem claimWrite(PromptName prompt, CallId callId, Instant expires) {
    Map<String, AttributeValue> item = new HashMap<>(key(prompt, claimKey(callId)));
    item.put("expires_at", seconds(expires));
    return TransactWriteItem.builder()
        .put(put -> put.tableName(table).item(item).conditionExpression("attribute_not_exists(PK)"))
        .build();
  }

  private TransactWriteItem countWrite(CountingWindow series, String verdict) {
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(table)
                    .key(countsKey(series))
                    .updateExpression("ADD #verdict :one")
                    .expressionAttributeNames(Map.of("#verdict", verdict))
                    .expressionAttributeValues(Map.of(":one", fromN("1"))))
        .build();
  }

  private TransactWriteItem differenceWrite(
      PromptName prompt, ShadowComparison comparison, Instant expires) {
    Map<String, AttributeValue> item =
        new HashMap<>(key(prompt, DIFFERENT_PREFIX + comparison.callId().value()));
    item.put("answered_by", fromS(comparison.answeredBy().value()));
    item.put("similarity", fromS(comparison.similarity().toPlainString()));
    item.put("version", fromN(Integer.toString(comparison.version())));
    item.put("expires_at", seconds(expires));
    return TransactWriteItem.builder().put(put -> put.tableName(table).item(item)).build();
  }

  @Override
  public VerdictCounts counts(CountingWindow series) {
    Map<String, AttributeValue> item = read(countsKey(series));
    return new VerdictCounts(
        number(item, "same"), number(item, "different"), number(item, "undecided"));
  }

  @Override
  public List<DifferingCall> listDifferingCalls(PromptName prompt, int limit) {
    return dynamoDb
        .query(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :different)")
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(partition(prompt)), ":different", fromS(DIFFERENT_PREFIX)))
                    .consistentRead(true)
                    .scanIndexForward(false)
                    .limit(limit))
        .items()
        .stream()
        .map(
            item ->
                new DifferingCall(
                    text(item, "SK").substring(DIFFERENT_PREFIX.length()),
                    text(item, "answered_by"),
                    text(item, "similarity"),
                    (int) number(item, "version")))
        .toList();
  }

  private Map<String, AttributeValue> read(Map<String, AttributeValue> key) {
    return dynamoDb.getItem(get -> get.tableName(table).key(key).consistentRead(true)).item();
  }

  private static Map<String, AttributeValue> countsKey(CountingWindow series) {
    return key(
        series.prompt(),
        "SHADOW#TALLY#%s#%013d".formatted(series.versionHash(), series.from().toEpochMilli()));
  }

  private static String claimKey(CallId callId) {
    return "SHADOW#CALL#" + callId.value();
  }

  private static Map<String, AttributeValue> key(PromptName prompt, String sortKey) {
    return Map.of("PK", fromS(partition(prompt)), "SK", fromS(sortKey));
  }

  private static String partition(PromptName prompt) {
    return "PROMPT#" + prompt;
  }

  private static AttributeValue seconds(Instant time) {
    return fromN(Long.toString(time.getEpochSecond()));
  }

  private static long number(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? 0 : Long.parseLong(value.n());
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return requireNonNull(item.get(name), name).s();
  }
}
