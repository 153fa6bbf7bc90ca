package dev.tollgate.dynamodb;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The primary key of an item. Both tables have the same two key attributes. */
public record DynamoDbKey(String partition, String sortKey) {
  public static final String PARTITION_KEY = "PK";
  public static final String SORT_KEY = "SK";

  /** The sort key of the main item of a partition. */
  public static final String META = "META";

  /** A key in the partition of a prompt, which several packages share. */
  public static DynamoDbKey ofPrompt(String prompt, String sortKey) {
    return new DynamoDbKey(promptPartition(prompt), sortKey);
  }

  public static String promptPartition(String prompt) {
    return "PROMPT#" + prompt;
  }

  public Map<String, AttributeValue> toMap() {
    return Map.of(PARTITION_KEY, fromS(partition), SORT_KEY, fromS(sortKey));
  }
}
