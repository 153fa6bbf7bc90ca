package dev.tollgate.shadow;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.audit.OptimisticRetry;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import dev.tollgate.dynamodb.DynamoDbTransactions;
import dev.tollgate.dynamodb.DynamoDbValue;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/**
 * Comparisons in the partition of their prompt in the {@code prompts} table. {@code
 * SHADOW#TALLY#hash#time} counts the comparisons of a version since a time. {@code SHADOW#CALL#id}
 * marks a comparison as counted, and {@code SHADOW#DIFFERENT#id} records a difference.
 */
@Singleton
class DynamoDbComparisonStore implements ComparisonStore {
  /** Lambda redelivers an event for six hours. */
  private static final Duration CLAIM_RETENTION = Duration.ofDays(2);

  private static final Duration DIFFERENCE_RETENTION = Duration.ofDays(90);

  private static final String DIFFERENT_PREFIX = "SHADOW#DIFFERENT#";

  private final DynamoDbTable table;

  DynamoDbComparisonStore(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.prompts.table") String table) {
    this.table = new DynamoDbTable(dynamoDb, table);
  }

  @Override
  public boolean isRecorded(PromptName prompt, CallId callId) {
    return table.find(claimKey(prompt, callId)).isPresent();
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
    return OptimisticRetry.execute("comparisons of " + prompt, () -> tryRecord(writes));
  }

  /** Returns false if the comparison was recorded before, and nothing if a retry is due. */
  private Optional<Boolean> tryRecord(List<TransactWriteItem> writes) {
    try {
      table.client().transactWriteItems(transaction -> transaction.transactItems(writes));
      return Optional.of(true);
    } catch (TransactionCanceledException e) {
      if (DynamoDbTransactions.hasFailedCondition(e, 0)) {
        return Optional.of(false);
      }
      if (!DynamoDbTransactions.isRetryable(e)) {
        throw e;
      }
      return Optional.empty();
    } catch (TransactionInProgressException e) {
      // A retry of the SDK met its own first attempt; the next attempt finds its result.
      return Optional.empty();
    }
  }

  private TransactWriteItem claimWrite(PromptName prompt, CallId callId, Instant expiresAt) {
    return table.putNew(
        DynamoDbItem.builder(claimKey(prompt, callId)).putSeconds("expires_at", expiresAt).build());
  }

  private TransactWriteItem countWrite(CountingWindow series, String verdict) {
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(table.name())
                    .key(countsKey(series).toMap())
                    .updateExpression("ADD #verdict :one")
                    .expressionAttributeNames(Map.of("#verdict", verdict))
                    .expressionAttributeValues(Map.of(":one", DynamoDbValue.of(1))))
        .build();
  }

  private TransactWriteItem differenceWrite(
      PromptName prompt, ShadowComparison comparison, Instant expiresAt) {
    return table.put(
        DynamoDbItem.builder(key(prompt, DIFFERENT_PREFIX + comparison.callId().value()))
            .put("answered_by", comparison.answeredBy().value())
            .put("similarity", comparison.similarity().toPlainString())
            .put("version", comparison.version())
            .putSeconds("expires_at", expiresAt)
            .build());
  }

  @Override
  public VerdictCounts counts(CountingWindow series) {
    DynamoDbItem item = table.find(countsKey(series)).orElseGet(() -> new DynamoDbItem(Map.of()));
    return new VerdictCounts(
        count(item, "same"), count(item, "different"), count(item, "undecided"));
  }

  private static long count(DynamoDbItem item, String verdict) {
    return item.decimalOrZero(verdict).longValueExact();
  }

  @Override
  public List<DifferingCall> listDifferingCalls(PromptName prompt, int limit) {
    return table
        .query(
            query ->
                query
                    .keyConditionExpression("PK = :pk AND begins_with(SK, :different)")
                    .expressionAttributeValues(
                        Map.of(
                            ":pk", fromS(DynamoDbKey.promptPartition(prompt.value())),
                            ":different", fromS(DIFFERENT_PREFIX)))
                    .scanIndexForward(false)
                    .limit(limit))
        .limit(limit)
        .map(DynamoDbComparisonStore::toDifferingCall)
        .toList();
  }

  private static DifferingCall toDifferingCall(DynamoDbItem item) {
    return new DifferingCall(
        item.text(DynamoDbKey.SORT_KEY).substring(DIFFERENT_PREFIX.length()),
        item.text("answered_by"),
        item.text("similarity"),
        item.intNumber("version"));
  }

  private static DynamoDbKey countsKey(CountingWindow series) {
    return key(
        series.prompt(),
        "SHADOW#TALLY#%s#%013d".formatted(series.versionHash(), series.from().toEpochMilli()));
  }

  private static DynamoDbKey claimKey(PromptName prompt, CallId callId) {
    return key(prompt, "SHADOW#CALL#" + callId.value());
  }

  private static DynamoDbKey key(PromptName prompt, String sortKey) {
    return DynamoDbKey.ofPrompt(prompt.value(), sortKey);
  }
}
