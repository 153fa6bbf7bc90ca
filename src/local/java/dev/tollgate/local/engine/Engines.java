package dev.tollgate.local.engine;

import dev.tollgate.local.process.ChildProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** The three engines of the local cloud, running. */
public record Engines(DynamoDbLocal dynamoDb, PostgresServer postgres, RedisServer redis)
    implements AutoCloseable {

  /** Starts all three in parallel under {@code data}; if one fails, stops the others and throws. */
  public static Engines start(ChildProcesses children, Path libraries, Path data)
      throws IOException, InterruptedException {
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      // The slowest first, for it decides when all are ready.
      var dynamoDb = threads.submit(() -> DynamoDbLocal.start(children, libraries, data));
      var postgres = threads.submit(() -> PostgresServer.start(children, data));
      var redis = threads.submit(() -> RedisServer.start(children, data));
      try {
        return new Engines(dynamoDb.get(), postgres.get(), redis.get());
      } catch (ExecutionException | InterruptedException e) {
        threads.shutdownNow();
        threads.close(); // an interrupted start ends its own process
        stop(redis, RedisServer::close);
        stop(postgres, PostgresServer::close);
        stop(dynamoDb, DynamoDbLocal::close);
        throw e;
      }
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new IOException(cause.getMessage(), cause);
    }
  }

  @Override
  public void close() {
    redis.close();
    postgres.close();
    dynamoDb.close();
  }

  private static <T> void stop(Future<T> engine, Consumer<T> close) {
    if (engine.state() == Future.State.SUCCESS) {
      close.accept(engine.resultNow());
    }
  }
}
