package dev.tollgate.provider.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.Reading;
import dev.tollgate.provider.Usage;
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
final class AnthropicStreamsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String STREAM = MessagesStream.write(message());
  private static final String BEGINNING = STREAM.substring(0, STREAM.indexOf("\n\n") + 2);

  private final CountDownLatch end = new CountDownLatch(1);
  private final HttpServer server;
  private String asked = "";

  AnthropicStreamsTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
  }

  @Test
  void aStreamIsReadIntoOneAnswer() {
    serve(
        exchange -> {
          assertEquals("k", exchange.getRequestHeaders().getFirst("x-api-key"));
          assertEquals("2023-06-01", exchange.getRequestHeaders().getFirst("anthropic-version"));
          asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          send(exchange, 200, STREAM);
          exchange.close();
        });
    Reply.Answered answered = assertInstanceOf(Reply.Answered.class, ask(LONG));

    assertEquals(message(), answered.response().body());
    assertTrue(asked.contains("\"stream\":true"), asked);
  }

  @Test
  void theDeadlineHoldsForTheWholeStream() {
    serve(
        exchange -> {
          send(exchange, 200, BEGINNING);
          await(end);
        });

    assertEquals(brokenOff(new Reply.TimedOut()), ask(Duration.ofSeconds(2)));
  }

  @Test
  void whatWasBilledBeforeTheConnectionBrokeIsKnown() {
    serve(
        exchange -> {
          send(exchange, 200, BEGINNING);
          throw new IOException("dropped on purpose");
        });

    assertEquals(
        brokenOff(new Reply.Unreachable("the connection to the model provider failed")), ask(LONG));
  }

  @Test
  void aStreamThatEndsTooEarlyIsNoAnswer() {
    serve(
        exchange -> {
          send(exchange, 200, BEGINNING);
          exchange.close();
        });

    assertEquals(
        brokenOff(new Reply.Unreachable("the answer ended before it was whole")), ask(LONG));
  }

  @Test
  void anErrorBeforeTheStreamKeepsItsStatus() {
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("retry-after", "7");
          send(
              exchange,
              429,
              "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow\"}}");
          exchange.close();
        });

    assertEquals(new Reply.Declined(429, "rate_limit_error", "Slow", Optional.of("7")), ask(LONG));
  }

  @Test
  void anErrorWithinTheStreamGetsTheStatusOfItsType() {
    serve(
        exchange -> {
          send(
              exchange,
              200,
              BEGINNING
                  + "event: error\ndata: {\"type\":\"error\",\"error\":"
                  + "{\"type\":\"overloaded_error\",\"message\":\"Busy\"}}\n\n");
          exchange.close();
        });

    assertEquals(
        brokenOff(new Reply.Declined(529, "overloaded_error", "Busy", Optional.empty())),
        ask(LONG));
  }

  @Test
  void nobodyThereIsUnreachable() {
    server.stop(0);

    assertInstanceOf(Reply.Unreachable.class, ask(LONG));
  }

  private static Reply brokenOff(Reply.Failure cause) {
    return new Reply.BrokenOff(cause, "claude-haiku-4-5", new Usage(25, 0, 0, 0, 0, 0));
  }

  private Reply ask(Duration patience) {
    String url = "http://localhost:" + server.getAddress().getPort() + "/";
    return new AnthropicStreams(new StreamApi(url, 3000), JSON).ask("k", request(), patience);
  }

  private static ModelRequest request() {
    ObjectNode body =
        JSON.createObjectNode()
            .put("model", "claude-haiku-4-5")
            .put("max_tokens", 9)
            .put("stream", true);
    ArrayNode messages = body.putArray("messages");
    messages.addObject().put("role", "user").put("content", "q");
    return assertInstanceOf(
            Reading.Read.class, MessagesWire.readRequest(body, Optional.empty(), Optional.empty()))
        .request();
  }

  private static ObjectNode message() {
    ObjectNode message =
        JSON.createObjectNode()
            .put("id", "msg_1")
            .put("type", "message")
            .put("role", "assistant")
            .put("model", "claude-haiku-4-5");
    message.putArray("content").addObject().put("type", "text").put("text", "Größe 512");
    message.put("stop_reason", "end_turn").putNull("stop_sequence");
    message.putObject("usage").put("input_tokens", 25).put("output_tokens", 12);
    return message;
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private void serve(Handler handler) {
    server.createContext("/v1/messages", handler::handle);
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
