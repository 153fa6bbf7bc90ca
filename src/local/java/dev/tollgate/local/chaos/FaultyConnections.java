package dev.tollgate.local.chaos;

import dev.tollgate.local.Connections;
import dev.tollgate.local.stream.StreamPoller;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The ways of one local cloud, each with something in it that can go wrong. */
final class FaultyConnections implements Connections, AutoCloseable {
  private final Random random;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private @Nullable DynamoDbFaults dynamoDb;
  private @Nullable FaultProxy redis;
  private @Nullable FaultProxy ledger;
  private @Nullable UnreliableStream stream;
  private volatile Map<String, String> environment = Map.of();

  FaultyConnections(Random random) {
    this.random = random;
  }

  @Override
  public URI dynamoDb(URI engine) throws IOException {
    DynamoDbFaults made = register(DynamoDbFaults.before(engine, random));
    dynamoDb = made;
    return made.uri();
  }

  @Override
  public URI redis(URI engine) throws IOException {
    FaultProxy made = register(FaultProxy.before(engine.getPort()));
    redis = made;
    return URI.create("redis://127.0.0.1:" + made.port());
  }

  @Override
  public String ledger(String jdbcUrl) throws IOException {
    URI engine = URI.create(jdbcUrl.substring("jdbc:".length()));
    FaultProxy made = register(FaultProxy.before(engine.getPort()));
    ledger = made;
    return jdbcUrl.replace(":" + engine.getPort() + "/", ":" + made.port() + "/");
  }

  @Override
  public StreamPoller.FunctionInvoker stream(StreamPoller.FunctionInvoker functions) {
    UnreliableStream made = new UnreliableStream(functions, random);
    stream = made;
    return made;
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  /** Sets the extra variables of environments that start from now on. */
  void environment(Map<String, String> variables) {
    environment = Map.copyOf(variables);
  }

  DynamoDbFaults dynamoDb() {
    return requireStarted(dynamoDb);
  }

  FaultProxy redis() {
    return requireStarted(redis);
  }

  FaultProxy ledger() {
    return requireStarted(ledger);
  }

  UnreliableStream stream() {
    return requireStarted(stream);
  }

  private <T extends AutoCloseable> T register(T part) {
    parts.push(part);
    return part;
  }

  private static <T> T requireStarted(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("The local cloud has not started");
    }
    return part;
  }

  @Override
  public void close() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }
}
