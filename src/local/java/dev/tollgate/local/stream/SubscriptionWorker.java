package dev.tollgate.local.stream;

import dev.tollgate.local.template.StreamSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Watches one stream's shards for one function, and reads each once its parent is done. */
final class SubscriptionWorker implements Runnable {
  private static final Logger LOG = System.getLogger(SubscriptionWorker.class.getName());
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  private final String function;
  private final StreamSource source;
  private final RecordFilter filter;
  private final DynamoDbStreamsClient streams;
  private final DynamoDbClient dynamoDb;
  private final Checkpoints checkpoints;
  private final BatchDelivery.BatchHandler handler;
  private final ExecutorService threads;
  private final Set<String> activeShards = ConcurrentHashMap.newKeySet();

  SubscriptionWorker(
      String function,
      StreamSource source,
      DynamoDbStreamsClient streams,
      DynamoDbClient dynamoDb,
      Checkpoints checkpoints,
      BatchDelivery.BatchHandler handler,
      ExecutorService threads) {
    this.function = function;
    this.source = source;
    this.filter = RecordFilter.of(source.filters());
    this.streams = streams;
    this.dynamoDb = dynamoDb;
    this.checkpoints = checkpoints;
    this.handler = handler;
    this.threads = threads;
  }

  @Override
  public void run() {
    try {
      Subscription subscription = subscribe();
      // Only shards that are there at the first start may be skipped; later ones are new.
      boolean fromStart = source.fromStart() || checkpoints.contains(subscription.id());
      while (true) {
        try {
          readShards(subscription, fromStart);
          fromStart = true;
        } catch (SdkException e) {
          LOG.log(Level.WARNING, "Cannot see {0}: {1}", source.table(), e.getMessage());
        }
        Thread.sleep(POLL_INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Subscription subscribe() throws InterruptedException {
    while (true) {
      try {
        String arn =
            dynamoDb
                .describeTable(request -> request.tableName(source.table()))
                .table()
                .latestStreamArn();
        if (arn != null) {
          return new Subscription(function, source, arn, filter);
        }
        LOG.log(
            Level.ERROR,
            "{0} has no stream: delete the table, and it is created with one",
            source.table());
      } catch (SdkException e) {
        LOG.log(Level.WARNING, "Cannot see {0}: {1}", source.table(), e.getMessage());
      }
      Thread.sleep(POLL_INTERVAL);
    }
  }

  private void readShards(Subscription subscription, boolean fromStart) {
    List<Shard> shards = shards(subscription.streamArn());
    Set<String> ids = shards.stream().map(Shard::shardId).collect(Collectors.toSet());
    checkpoints.retain(subscription.id(), ids);
    Set<String> waitedFor = new HashSet<>(ids);
    waitedFor.removeIf(shard -> checkpoints.isFinished(subscription.id(), shard));
    for (Shard shard : shards) {
      if (waitedFor.contains(shard.shardId())
          && !Optional.ofNullable(shard.parentShardId()).filter(waitedFor::contains).isPresent()
          && activeShards.add(shard.shardId())) {
        ShardReader reader =
            new ShardReader(
                streams, subscription, checkpoints, handler, shard.shardId(), fromStart);
        threads.execute(() -> readShard(reader, shard.shardId()));
      }
    }
  }

  private void readShard(ShardReader reader, String shard) {
    try {
      reader.readToEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, () -> "Stopped at shard " + shard + ", will try again", e);
    } finally {
      activeShards.remove(shard);
    }
  }

  private List<Shard> shards(String streamArn) {
    List<Shard> shards = new ArrayList<>();
    String last = null;
    do {
      DescribeStreamResponse page = page(streamArn, last);
      shards.addAll(page.streamDescription().shards());
      last = page.streamDescription().lastEvaluatedShardId();
    } while (last != null);
    return shards;
  }

  private DescribeStreamResponse page(String streamArn, @Nullable String after) {
    return streams.describeStream(
        request -> request.streamArn(streamArn).exclusiveStartShardId(after));
  }
}
