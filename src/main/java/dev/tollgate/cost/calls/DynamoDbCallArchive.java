package dev.tollgate.cost.calls;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import dev.tollgate.dynamodb.DynamoDbTable;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** The {@code calls} table: a query reads a day shard by shard, and a scan reads all days. */
@Singleton
class DynamoDbCallArchive implements CallArchive {
  private static final Logger LOG = Logger.getLogger(DynamoDbCallArchive.class);

  private final DynamoDbClient dynamoDb;
  private final String table;

  DynamoDbCallArchive(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.calls.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  @Override
  public Page readDay(LocalDate day, Optional<String> after) {
    Cursor place = after.map(Cursor::parse).orElseGet(() -> new Cursor(day, 0, Cursor.LOWEST));
    if (!place.day().equals(day)) {
      throw new InvalidCursorException(place.toString());
    }
    QueryResponse page =
        dynamoDb.query(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :partition AND SK > :after")
                    .expressionAttributeValues(
                        Map.of(
                            ":partition", fromS(place.partition()),
                            ":after", fromS(place.after())))
                    .consistentRead(true));
    Optional<Cursor> next =
        page.hasLastEvaluatedKey()
            ? Optional.of(Cursor.of(page.lastEvaluatedKey()))
            : Optional.of(place.shard() + 1)
                .filter(shard -> shard < DynamoDbCallItem.SHARDS)
                .map(shard -> new Cursor(day, shard, Cursor.LOWEST));
    return toPage(page.items(), next);
  }

  @Override
  public Page readAll(Optional<String> after) {
    ScanResponse page = dynamoDb.scan(scan(after).build());
    return toPage(page.items(), nextCursor(page));
  }

  private static Page toPage(List<Map<String, AttributeValue>> items, Optional<Cursor> next) {
    List<CallRecord> calls = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    for (Map<String, AttributeValue> item : items) {
      try {
        calls.add(DynamoDbCallItem.read(item));
      } catch (IllegalArgumentException e) {
        unreadable.add(e.getMessage() + " in " + item);
      }
    }
    return new Page(calls, unreadable, next.map(Cursor::toString));
  }

  @Override
  public boolean restore(CallRecord call) {
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(table)
                  .item(DynamoDbCallItem.write(call))
                  .conditionExpression(DynamoDbTable.IS_NEW));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  @Override
  public PseudonymizedPage pseudonymizeUser(
      String team, String user, String pseudonym, Optional<String> after) {
    ScanResponse page =
        dynamoDb.scan(
            scan(after)
                .filterExpression("team = :team AND user_id = :user")
                .expressionAttributeValues(Map.of(":team", fromS(team), ":user", fromS(user)))
                .projectionExpression("PK, SK")
                .build());
    page.items().forEach(key -> pseudonymizeUser(key, pseudonym));
    return new PseudonymizedPage(page.count(), nextCursor(page).map(Cursor::toString));
  }

  private void pseudonymizeUser(Map<String, AttributeValue> key, String pseudonym) {
    try {
      dynamoDb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(key)
                  .updateExpression("SET user_id = :pseudonym")
                  .conditionExpression("attribute_exists(PK)")
                  .expressionAttributeValues(Map.of(":pseudonym", fromS(pseudonym))));
    } catch (ConditionalCheckFailedException e) {
      LOG.debugf("Skipped the erasure in %s: the record expired", key);
    }
  }

  private ScanRequest.Builder scan(Optional<String> after) {
    ScanRequest.Builder scan = ScanRequest.builder().tableName(table).consistentRead(true);
    after.map(Cursor::parse).ifPresent(place -> scan.exclusiveStartKey(place.key()));
    return scan;
  }

  private static Optional<Cursor> nextCursor(ScanResponse page) {
    return page.hasLastEvaluatedKey()
        ? Optional.of(Cursor.of(page.lastEvaluatedKey()))
        : Optional.empty();
  }

  /**
   * The position in the table at which a page begins.
   *
   * @param after the id of the previous record, or a value below all ids
   */
  private record Cursor(LocalDate day, int shard, String after) {
    private static final String LOWEST = "0";
    private static final Pattern PATTERN =
        Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)#(\\d\\d?)/(.{1,64})");

    static Cursor of(Map<String, AttributeValue> key) {
      DynamoDbItem item = new DynamoDbItem(key);
      return parse(item.text(DynamoDbKey.PARTITION_KEY) + "/" + item.text(DynamoDbKey.SORT_KEY));
    }

    static Cursor parse(String text) {
      Matcher parts = PATTERN.matcher(text);
      try {
        if (parts.matches()) {
          return new Cursor(
              LocalDate.parse(parts.group(1)), Integer.parseInt(parts.group(2)), parts.group(3));
        }
      } catch (DateTimeException e) {
        // Thrown below, as for any other invalid cursor.
      }
      throw new InvalidCursorException(text);
    }

    String partition() {
      return DynamoDbCallItem.partition(day, shard);
    }

    Map<String, AttributeValue> key() {
      return new DynamoDbKey(partition(), after).toMap();
    }

    @Override
    public String toString() {
      return partition() + "/" + after;
    }
  }
}
