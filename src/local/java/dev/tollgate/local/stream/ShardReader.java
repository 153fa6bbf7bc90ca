package dev.tollgate.local.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Reads one shard from its checkpoint to its end, which for an open shard never comes. */
final class ShardReader {
  private static final Logger LOG = System.getLogger(ShardReader.class.getName());
  private static final Duration POLL_INTERVAL = Duration.ofMillis(150);
  private static final Duration ERROR_BACKOFF = Duration.ofSeconds(1);
  private static final int MAX_RECORDS_PER_READ = 1000;

  private final DynamoDbStreamsClient streams;
  private final Subscription subscription;
  private final Checkpoints checkpoints;
  private final BatchDelivery delivery;
  private final String shard;
  private final boolean fromStart;

  ShardReader(
      DynamoDbStreamsClient streams,
      Subscription subscription,
      Checkpoints checkpoints,
      BatchDelivery.BatchHandler function,
      String shard,
      boolean fromStart) {
    this.streams = streams;
    this.subscription = subscription;
    this.checkpoints = checkpoints;
    this.shard = shard;
    this.fromStart = fromStart;
    this.delivery =
        new BatchDelivery(
            subscription.source(),
            function,
            sequenceNumber -> checkpoints.advance(subscription.id(), shard, sequenceNumber));
  }

  void readToEnd() throws InterruptedException {
    String iterator = null;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        GetRecordsResponse response = next(iterator == null ? iterator() : iterator);
        deliver(response);
        iterator = response.nextShardIterator();
        if (iterator == null) {
          checkpoints.finish(subscription.id(), shard);
          return;
        }
        if (response.records().isEmpty()) {
          Thread.sleep(POLL_INTERVAL);
        }
      } catch (ExpiredIteratorException e) {
        iterator = null; // A batch took longer than an iterator lives.
      } catch (TrimmedDataAccessException e) {
        // DynamoDB Local says so of a shard that is still empty, too.
        iterator = null;
        Thread.sleep(ERROR_BACKOFF);
      } catch (SdkException e) {
        LOG.log(Level.WARNING, "Cannot read shard {0}: {1}", shard, e.getMessage());
        iterator = null;
        Thread.sleep(ERROR_BACKOFF);
      }
    }
  }

  private GetRecordsResponse next(String iterator) {
    int limit = Math.min(subscription.source().batchSize(), MAX_RECORDS_PER_READ);
    return streams.getRecords(request -> request.shardIterator(iterator).limit(limit));
  }

  private void deliver(GetRecordsResponse response) throws InterruptedException {
    if (response.records().isEmpty()) {
      return;
    }
    List<ObjectNode> wanted = new ArrayList<>();
    response
        .records()
        .forEach(
            record -> {
              ObjectNode json = StreamRecordJson.of(record, subscription.streamArn());
              if (subscription.filter().accepts(json)) {
                wanted.add(json);
              }
            });
    if (!wanted.isEmpty()) {
      delivery.deliver(new StreamBatch(wanted));
    }
    // Also past records that the filter held back.
    checkpoints.advance(
        subscription.id(), shard, response.records().getLast().dynamodb().sequenceNumber());
  }

  private String iterator() {
    Optional<String> last = checkpoints.lastSequenceNumber(subscription.id(), shard);
    if (last.isPresent()) {
      try {
        return iterator(ShardIteratorType.AFTER_SEQUENCE_NUMBER, last.get());
      } catch (DynamoDbException e) {
        // DynamoDB says that the place is trimmed or unknown, DynamoDB Local fails with a 500. That
        // it cannot be reached is another exception.
        LOG.log(
            Level.WARNING,
            "Shard {0} has lost its place, from its start: {1}",
            shard,
            e.getMessage());
      }
      return iterator(ShardIteratorType.TRIM_HORIZON, null);
    }
    return iterator(fromStart ? ShardIteratorType.TRIM_HORIZON : ShardIteratorType.LATEST, null);
  }

  private String iterator(ShardIteratorType type, @Nullable String sequenceNumber) {
    return streams
        .getShardIterator(
            GetShardIteratorRequest.builder()
                .streamArn(subscription.streamArn())
                .shardId(shard)
                .shardIteratorType(type)
                .sequenceNumber(sequenceNumber)
                .build())
        .shardIterator();
  }
}
