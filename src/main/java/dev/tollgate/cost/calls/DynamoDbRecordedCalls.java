package dev.tollgate.cost.calls;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.github.f4b6a3.ulid.Ulid;
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

/** The partitions of the {@code calls} table, asked for their newest items. */
@Singleton
public class DynamoDbRecordedCalls implements RecordedCalls {
  /** As many connections as the JDK keeps open to one host. */
  private static final int MAX_CONCURRENT_QUERIES = 5;

  /** As many as a part of a busy hour gets in a span. */
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
    List<Callable<List<CallId>>> questions =
        DynamoDbCallItem.partitions(day)
            .<Callable<List<CallId>>>map(partition -> () -> findNewest(partition, end, span))
            .toList();
    try (var threads =
        Executors.newFixedThreadPool(MAX_CONCURRENT_QUERIES, Thread.ofVirtual().factory())) {
      List<CallId> newest = new ArrayList<>();
      for (Future<List<CallId>> answer : threads.invokeAll(questions)) {
        newest.addAll(answer.get());
      }
      return newest;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the calls table did not answer", e.getCause());
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
                    .projectionExpression("SK")
                    .scanIndexForward(false)
                    .consistentRead(true)
                    .limit(PAGE_SIZE));
    List<CallId> newest = new ArrayList<>();
    for (Map<String, AttributeValue> item : found.items()) {
      CallId id = new CallId(requireNonNull(item.get("SK"), "SK").s());
      if (!newest.isEmpty() && id.time().isBefore(newest.getFirst().time().minus(span))) {
        break;
      }
      newest.add(id);
    }
    return newest;
  }
}
