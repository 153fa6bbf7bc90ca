package dev.tollgate.function;

import software.amazon.awssdk.core.exception.SdkException;

/** Tells a store that is down or slow from a fault of our own. */
final class DynamoDbFault {
  private DynamoDbFault() {}

  static boolean isOne(RuntimeException fault) {
    return fault instanceof SdkException;
  }
}
