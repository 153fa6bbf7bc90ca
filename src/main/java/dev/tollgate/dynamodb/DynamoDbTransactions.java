package dev.tollgate.dynamodb;

import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Why DynamoDB cancelled a transaction. */
public final class DynamoDbTransactions {
  private static final String CONDITION_FAILED = "ConditionalCheckFailed";

  /** Another writer was faster, or DynamoDB throttled the table. */
  private static final Set<String> RETRYABLE_CODES =
      Set.of(
          CONDITION_FAILED,
          "TransactionConflict",
          "ThrottlingError",
          "ProvisionedThroughputExceeded");

  private DynamoDbTransactions() {}

  /** Whether a transaction can succeed after a new read. */
  public static boolean isRetryable(TransactionCanceledException cancelled) {
    return cancelled.cancellationReasons().stream()
        .map(CancellationReason::code)
        .anyMatch(RETRYABLE_CODES::contains);
  }

  /** Whether the condition of any write failed. */
  public static boolean hasFailedCondition(TransactionCanceledException cancelled) {
    return cancelled.cancellationReasons().stream().anyMatch(DynamoDbTransactions::isFailed);
  }

  /** Whether the condition of one write failed, by its index in the transaction. */
  public static boolean hasFailedCondition(TransactionCanceledException cancelled, int write) {
    List<CancellationReason> reasons = cancelled.cancellationReasons();
    return write < reasons.size() && isFailed(reasons.get(write));
  }

  private static boolean isFailed(CancellationReason reason) {
    return CONDITION_FAILED.equals(reason.code());
  }
}
