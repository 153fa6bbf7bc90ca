package dev.tollgate.local.stream;

import dev.tollgate.local.lambda.InvocationResult;
import dev.tollgate.local.template.FunctionDefinition;
import dev.tollgate.local.template.SamTemplate;
import dev.tollgate.local.template.StreamSource;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Feeds the template's functions from the streams of its tables. */
public final class StreamPoller implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private StreamPoller() {}

  /** Invokes the functions that streams feed. */
  @FunctionalInterface
  public interface FunctionInvoker {
    InvocationResult invoke(String function, byte[] event) throws InterruptedException;
  }

  /**
   * Starts to read the streams, each from where it stopped.
   *
   * @param checkpointFile keeps the places between runs
   */
  public static StreamPoller start(
      SamTemplate template,
      FunctionInvoker functions,
      DynamoDbStreamsClient streams,
      DynamoDbClient dynamoDb,
      Path checkpointFile) {
    StreamPoller poller = new StreamPoller();
    Checkpoints checkpoints = Checkpoints.read(checkpointFile);
    for (FunctionDefinition function : template.functions()) {
      for (StreamSource source : function.streams()) {
        String name = function.functionName();
        poller.threads.execute(
            new SubscriptionWorker(
                name,
                source,
                streams,
                dynamoDb,
                checkpoints,
                event -> functions.invoke(name, event),
                poller.threads));
      }
    }
    return poller;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      // So that the place in the stream is not written once the caller has moved on.
      boolean unused = threads.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
