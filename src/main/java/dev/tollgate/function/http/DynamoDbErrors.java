package dev.tollgate.function.http;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Distinguishes an unavailable DynamoDB from a bug of Tollgate. */
final class DynamoDbErrors {
  private static final String VALIDATION_ERROR = "ValidationException";

  private DynamoDbErrors() {}

  static boolean isStoreUnavailable(RuntimeException fault) {
    return fault instanceof SdkException && !isInvalidRequest(fault);
  }

  /** A retry does not help a request that DynamoDB rejects as invalid. */
  private static boolean isInvalidRequest(RuntimeException fault) {
    return fault instanceof DynamoDbException error
        && error.awsErrorDetails() != null
        && VALIDATION_ERROR.equals(error.awsErrorDetails().errorCode());
  }
}
