package dev.tollgate.function.http;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Tells a store that is down or slow from a fault of our own. */
final class DynamoDbErrors {
  private static final String VALIDATION_ERROR = "ValidationException";

  private DynamoDbErrors() {}

  static boolean isStoreUnavailable(RuntimeException fault) {
    return fault instanceof SdkException && !isInvalidRequest(fault);
  }

  /** Asking again will not help a request that DynamoDB does not understand. */
  private static boolean isInvalidRequest(RuntimeException fault) {
    return fault instanceof DynamoDbException refused
        && refused.awsErrorDetails() != null
        && VALIDATION_ERROR.equals(refused.awsErrorDetails().errorCode());
  }
}
