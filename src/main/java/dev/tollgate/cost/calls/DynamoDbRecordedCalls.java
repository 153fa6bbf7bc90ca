package dev.tollgate.cost.calls;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.github.f4b6a3.ulid.Ulid;
import dev.tollgate.dynamodb.DynamoDbItem;
import dev.tollgate.dynamodb.DynamoDbKey;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.paginators.QueryIterable;

/** The newest items of the partitions of the {@code calls} table. */
@Singleton
public class DynamoDbRecordedCalls implements RecordedCalls {
  /** The JDK keeps this many connections open to one host. */
  private static final int MAX_CONCURRENT_QUERIES = 5;

  /** About the calls of one shard within a span of a busy hour. */
  private static final int PAGE_SIZE = 50;

  private final DynamoDbClient dynamoDb;
  private final String table;

  public DynamoDbRecordedCalls(
      DynamoDbClient dynamoDb, @ConfigProperty(name = "tollgate.calls.table") String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  @Override
  public List<CallId> findNewest(LocalDate day, Instant end, Duration span) {
    List<Callable<List<CallId>>> queries =
        DynamoDbCallItem.partitions(day)
            .<Callable<List<CallId>>>map(partition -> () -> findNewest(partition, end, span))
            .toList();
    try (var threads =
        Executors.newFixedThreadPool(MAX_CONCURRENT_QUERIES, Thread.ofVirtual().factory())) {
      List<CallId> newest = new ArrayList<>();
      for (Future<List<CallId>> ids : threads.invokeAll(queries)) {
        newest.addAll(ids.get());
      }
      return newest;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("failed to read the newest calls", e.getCause());
    }
  }

  private List<CallId> findNewest(String partition, Instant end, Duration span) {
    QueryIterable found =
        dynamoDb.queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("PK = :partition AND SK < :end")
                    .expressionAttributeValues(
                        Map.of(
                            ":partition",
                            fromS(partition),
                            ":end",
                            fromS(Ulid.min(end.toEpochMilli()).toString())))
                    .projectionExpression(DynamoDbKey.SORT_KEY)
                    .scanIndexForward(false)
                    .consistentRead(true)
                    .limit(PAGE_SIZE));
    List<CallId> newest = new ArrayList<>();
    for (Map<String, AttributeValue> item : found.items()) {
      CallId id = new CallId(new DynamoDbItem(item).text(DynamoDbKey.SORT_KEY));
      if (!newest.isEmpty() && id.time().isBefore(newest.getFirst().time().minus(span))) {
        break;
      }
      newest.add(id);
    }
    return newest;
  }
}
