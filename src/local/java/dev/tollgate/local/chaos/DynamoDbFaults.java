package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.tollgate.local.loopback.LoopbackServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A proxy in front of DynamoDB Local that injects the faults of DynamoDB. Each meets a share of the
 * requests, at random.
 */
final class DynamoDbFaults implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String PREFIX = "com.amazonaws.dynamodb.v20120810#";
  private static final Set<String> WRITES =
      Set.of("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem");
  private static final String TRANSACTED = "tollgate-PromptsTable";
  private static final String CLAIM = "\"IDEM#";
  private static final Set<String> FORWARDED_HEADERS =
      Set.of("content-type", "x-amz-target", "x-amz-date", "authorization", "x-amz-content-sha256");

  private final URI engine;
  private final Random random;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final LoopbackServer server;
  private volatile double share;
  private volatile FaultType faultType = FaultType.THROTTLING;

  private DynamoDbFaults(URI engine, Random random) throws IOException {
    this.engine = engine;
    this.random = random;
    this.server = LoopbackServer.start(0, this::handle);
  }

  /** What may happen to a request. */
  enum FaultType {
    /** More than the table or a partition takes. */
    THROTTLING,
    /** Somebody else writes the same item. */
    CONFLICT,
    /** A write is done, and the connection ends before the answer. */
    NO_ANSWER,
    /** The request is taken and nothing comes of it for a long time. */
    STALL
  }

  static DynamoDbFaults before(URI engine, Random random) throws IOException {
    return new DynamoDbFaults(engine, random);
  }

  URI uri() {
    return server.uri();
  }

  /** Injects a fault into a share of the requests, from 0 to 1. */
  void inject(FaultType next, double nextShare) {
    faultType = next;
    share = nextShare;
  }

  void heal() {
    share = 0;
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String operation = target.substring(target.indexOf('.') + 1);
    if (random.nextDouble() >= share) {
      forward(exchange, body);
      return;
    }
    switch (faultType) {
      case THROTTLING -> throttle(exchange);
      case CONFLICT -> conflict(exchange, operation, body);
      case NO_ANSWER -> {
        if (WRITES.contains(operation)) {
          HttpResponse<byte[]> unheard = send(exchange, body);
        }
        // Left unanswered, the exchange ends its connection.
      }
      case STALL -> stall();
    }
  }

  private void throttle(HttpExchange exchange) throws IOException {
    String type =
        List.of(
                "ProvisionedThroughputExceededException",
                "ThrottlingException",
                "RequestLimitExceeded")
            .get(random.nextInt(3));
    refuse(exchange, JSON.objectNode().put("__type", PREFIX + type).put("message", "Slow down"));
  }

  /** Only what transactions write can be in conflict with one. */
  private void conflict(HttpExchange exchange, String operation, byte[] body) throws IOException {
    String text = new String(body, StandardCharsets.UTF_8);
    if (!WRITES.contains(operation) || !text.contains(TRANSACTED) || text.contains(CLAIM)) {
      forward(exchange, body);
    } else if (operation.equals("TransactWriteItems")) {
      ObjectNode error =
          JSON.objectNode()
              .put("__type", PREFIX + "TransactionCanceledException")
              .put("Message", "Transaction cancelled [TransactionConflict]");
      error
          .putArray("CancellationReasons")
          .addObject()
          .put("Code", "TransactionConflict")
          .put("Message", "Transaction is ongoing for the item");
      refuse(exchange, error);
    } else {
      refuse(
          exchange,
          JSON.objectNode()
              .put("__type", PREFIX + "TransactionConflictException")
              .put("message", "Transaction is ongoing for the item"));
    }
  }

  /** Longer than any client waits. */
  private static void stall() {
    try {
      Thread.sleep(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpResponse<byte[]> response = send(exchange, body);
    response
        .headers()
        .firstValue("x-amz-crc32")
        .ifPresent(sum -> exchange.getResponseHeaders().set("x-amz-crc32", sum));
    answer(exchange, response.statusCode(), response.body());
  }

  private HttpResponse<byte[]> send(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(engine).POST(BodyPublishers.ofByteArray(body));
    for (String name : FORWARDED_HEADERS) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopping", e);
    }
  }

  private static void refuse(HttpExchange exchange, ObjectNode error) throws IOException {
    answer(exchange, 400, error.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.close();
    client.shutdownNow();
  }
}
