package dev.tollgate.dynamodb;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;

import java.math.BigDecimal;
import java.time.Instant;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Numbers as attribute values. */
public final class DynamoDbValue {
  private DynamoDbValue() {}

  public static AttributeValue of(long value) {
    return fromN(Long.toString(value));
  }

  public static AttributeValue of(BigDecimal value) {
    return fromN(value.toPlainString());
  }

  /** A time that conditions can compare. */
  public static AttributeValue ofMillis(Instant time) {
    return of(time.toEpochMilli());
  }

  /** A time in the format of DynamoDB's TTL. */
  public static AttributeValue ofSeconds(Instant time) {
    return of(time.getEpochSecond());
  }
}
