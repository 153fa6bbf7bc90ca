package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.provider.ModelProvider.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers in streams, from a provider that may not keep its word. */
public abstract class StreamingClientContract {
  protected static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONG = Duration.ofSeconds(20);

  private final CountDownLatch end = new CountDownLatch(1);
  private final HttpServer server;
  private String asked = "";
  private String headers = "";

  protected StreamingClientContract() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  /** Asks the provider at that address with the key {@code k}. */
  protected abstract Reply send(String url, Duration timeout);

  protected abstract ObjectNode answer();

  /** The stream of {@link #answer}. */
  protected abstract String stream();

  /** What has to be paid when the first event has come. */
  protected abstract Reply.Interrupted interrupted(Reply.Failure cause);

  /** The event by which the provider gives up, and how that is read. */
  protected abstract String errorEvent();

  protected abstract Reply.ProviderError error();

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
  }

  /** Answers every request, having noted what it says. */
  private void serve(Handler handler) {
    server.createContext(
        "/v1/",
        exchange -> {
          headers = exchange.getRequestHeaders().entrySet().toString();
          asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          handler.handle(exchange);
        });
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  /** What is read from a provider that sends this and no more. */
  protected Reply served(String stream) {
    serve(
        exchange -> {
          send(exchange, 200, stream);
          exchange.close();
        });
    return send(LONG);
  }

  private Reply send(Duration timeout) {
    return send("http://localhost:" + server.getAddress().getPort() + "/", timeout);
  }

  /** The headers of the last request, and its body. */
  protected String askedHeaders() {
    return headers;
  }

  protected String askedBody() {
    return asked;
  }

  private String beginning() {
    return stream().substring(0, stream().indexOf("\n\n") + 2);
  }

  @Test
  protected void assemblesAStream() {
    Reply.Answered answered = assertInstanceOf(Reply.Answered.class, served(stream()));

    assertEquals(answer(), answered.response().body());
    assertTrue(asked.contains("\"stream\":true"), asked);
  }

  @Test
  void deadlineCoversTheWholeStream() {
    serve(
        exchange -> {
          send(exchange, 200, beginning());
          await(end);
        });

    assertEquals(interrupted(new Reply.TimedOut()), send(Duration.ofSeconds(2)));
  }

  @Test
  void usageBeforeADisconnectIsKnown() {
    serve(
        exchange -> {
          send(exchange, 200, beginning());
          throw new IOException("dropped on purpose");
        });

    assertEquals(
        interrupted(new Reply.Unreachable("the connection to the model provider failed")),
        send(LONG));
  }

  @Test
  void lostResponseMayBeBilled() {
    serve(
        exchange -> {
          throw new IOException("dropped on purpose");
        });

    assertEquals(
        new Reply.ResponseLost(
            new Reply.Unreachable("the connection to the model provider failed")),
        send(LONG));
  }

  @Test
  void hangingCallMayBeBilled() {
    serve(_ -> await(end));

    assertEquals(new Reply.ResponseLost(new Reply.TimedOut()), send(Duration.ofSeconds(1)));
  }

  @Test
  void truncatedStreamIsAFailure() {
    assertEquals(
        interrupted(new Reply.Unreachable("the response ended before it was complete")),
        served(beginning()));
  }

  @Test
  void errorBeforeTheStreamKeepsItsStatus() {
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("retry-after", "7");
          send(
              exchange,
              429,
              "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow\"}}");
          exchange.close();
        });

    assertEquals(
        new Reply.ProviderError(
            429, "rate_limit_error", "Slow", Optional.of(Duration.ofSeconds(7))),
        send(LONG));
  }

  @Test
  void errorEventHasTheStatusOfItsType() {
    assertEquals(interrupted(error()), served(beginning() + errorEvent()));
  }

  @Test
  void refusedConnectionIsUnreachableAndUnbilled() {
    server.stop(0);

    assertInstanceOf(Reply.Unreachable.class, send(LONG));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    exchange.sendResponseHeaders(status, 0);
    exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
