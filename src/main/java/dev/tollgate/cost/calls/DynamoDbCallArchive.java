package dev.tollgate.cost.calls;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

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

/** The {@code calls} table: a day is read shard by shard, and what concerns all days by a scan. */
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
  public Part read(LocalDate day, Optional<String> after) {
    Place place = after.map(Place::parse).orElseGet(() -> new Place(day, 0, Place.LOWEST));
    if (!place.day().equals(day)) {
      throw new NoSuchPlaceException(place.toString());
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
    Optional<Place> next =
        page.hasLastEvaluatedKey()
            ? Optional.of(Place.of(page.lastEvaluatedKey()))
            : Optional.of(place.shard() + 1)
                .filter(shard -> shard < DynamoDbCallItem.SHARDS)
                .map(shard -> new Place(day, shard, Place.LOWEST));
    return part(page.items(), next);
  }

  @Override
  public Part readAll(Optional<String> after) {
    ScanResponse page = dynamoDb.scan(scan(after).build());
    return part(page.items(), next(page));
  }

  private static Part part(List<Map<String, AttributeValue>> items, Optional<Place> next) {
    List<CallRecord> calls = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    for (Map<String, AttributeValue> item : items) {
      try {
        calls.add(DynamoDbCallItem.read(item));
      } catch (IllegalArgumentException e) {
        unreadable.add(e.getMessage() + " in " + item);
      }
    }
    return new Part(calls, unreadable, next.map(Place::toString));
  }

  @Override
  public boolean restore(CallRecord call) {
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(table)
                  .item(DynamoDbCallItem.write(call))
                  .conditionExpression("attribute_not_exists(PK)"));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  @Override
  public Renamed rename(String team, String user, String pseudonym, Optional<String> after) {
    ScanResponse page =
        dynamoDb.scan(
            scan(after)
                .filterExpression("team = :team AND user_id = :user")
                .expressionAttributeValues(Map.of(":team", fromS(team), ":user", fromS(user)))
                .projectionExpression("PK, SK")
                .build());
    page.items().forEach(key -> rename(key, pseudonym));
    return new Renamed(page.count(), next(page).map(Place::toString));
  }

  private void rename(Map<String, AttributeValue> key, String pseudonym) {
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
      LOG.debugf("%s expired before it could be renamed", key);
    }
  }

  private ScanRequest.Builder scan(Optional<String> after) {
    ScanRequest.Builder scan = ScanRequest.builder().tableName(table).consistentRead(true);
    after.map(Place::parse).ifPresent(place -> scan.exclusiveStartKey(place.key()));
    return scan;
  }

  private static Optional<Place> next(ScanResponse page) {
    return page.hasLastEvaluatedKey()
        ? Optional.of(Place.of(page.lastEvaluatedKey()))
        : Optional.empty();
  }

  /**
   * Where in the table a part begins.
   *
   * @param after the id of the record before, lower than all if there is none
   */
  private record Place(LocalDate day, int shard, String after) {
    private static final String LOWEST = "0";
    private static final Pattern SHAPE =
        Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)#(\\d\\d?)/(.{1,64})");

    static Place of(Map<String, AttributeValue> key) {
      return parse(
          requireNonNull(key.get("PK"), "PK").s() + "/" + requireNonNull(key.get("SK"), "SK").s());
    }

    static Place parse(String text) {
      Matcher parts = SHAPE.matcher(text);
      try {
        if (parts.matches()) {
          return new Place(
              LocalDate.parse(parts.group(1)), Integer.parseInt(parts.group(2)), parts.group(3));
        }
      } catch (DateTimeException e) {
        // Told below, like everything else that is no place.
      }
      throw new NoSuchPlaceException(text);
    }

    String partition() {
      return DynamoDbCallItem.partition(day, shard);
    }

    Map<String, AttributeValue> key() {
      return Map.of("PK", fromS(partition()), "SK", fromS(after));
    }

    @Override
    public String toString() {
      return partition() + "/" + after;
    }
  }
}
