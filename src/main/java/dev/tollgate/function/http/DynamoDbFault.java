package dev.tollgate.function.http;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Tells a store that is down or slow from a fault of our own. */
final class DynamoDbFault {
  private static final String OURS = "ValidationException";

  private DynamoDbFault() {}

  static boolean isOne(RuntimeException fault) {
    return fault instanceof SdkException && !isOurs(fault);
  }

  /** Asking again will not help a request that DynamoDB does not understand. */
  private static boolean isOurs(RuntimeException fault) {
    return fault instanceof DynamoDbException refused
        && refused.awsErrorDetails() != null
        && OURS.equals(refused.awsErrorDetails().errorCode());
  }
}
