package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.tollgate.local.model.answer.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** One HTTP request and the ways to answer it, including the ways no server should. */
public final class Exchange {
  private final HttpExchange http;
  private final String body;

  private Exchange(HttpExchange http, String body) {
    this.http = http;
    this.body = body;
  }

  /** One server-sent event; OpenAI's have no name. */
  public record ServerSentEvent(Optional<String> name, String data) {
    static ServerSentEvent named(String name, JsonNode data) {
      return new ServerSentEvent(Optional.of(name), Json.write(data));
    }

    String text() {
      return name.map(value -> "event: " + value + "\n").orElse("") + "data: " + data + "\n\n";
    }
  }

  /** Thrown to drop the connection: the JDK's server closes it when a handler fails. */
  public static final class ConnectionDroppedException extends IOException {
    private static final long serialVersionUID = 1L;

    public ConnectionDroppedException() {
      super("connection dropped on purpose");
    }
  }

  public static Exchange read(HttpExchange http) throws IOException {
    http.getResponseHeaders().set("x-simulated-model", "true");
    return new Exchange(
        http, new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
  }

  public String method() {
    return http.getRequestMethod();
  }

  public String path() {
    return http.getRequestURI().getPath();
  }

  public String body() {
    return body;
  }

  public Headers headers() {
    return http.getRequestHeaders();
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(http.getRequestHeaders().getFirst(name))
        .filter(value -> !value.isBlank());
  }

  public void setHeader(String name, String value) {
    http.getResponseHeaders().set(name, value);
  }

  public void send(int status, JsonNode json) throws IOException {
    byte[] bytes = startJson(status, json);
    http.getResponseBody().write(bytes);
    http.close();
  }

  /** Promises a whole body and closes the connection half-way through it. */
  public void sendTruncated(JsonNode json) throws IOException {
    byte[] bytes = startJson(200, json);
    OutputStream out = http.getResponseBody();
    out.write(bytes, 0, bytes.length / 2);
    out.flush();
    throw new ConnectionDroppedException();
  }

  public void sendEmpty(int status) throws IOException {
    http.sendResponseHeaders(status, -1);
    http.close();
  }

  /** Sends each event as a chunk of its own, and then ends the stream in good order. */
  public void stream(List<ServerSentEvent> events) throws IOException {
    startStream(events);
    http.close();
  }

  /** Sends {@code events} and drops the connection. */
  public void streamAndDrop(List<ServerSentEvent> events) throws IOException {
    startStream(events);
    throw new ConnectionDroppedException();
  }

  private byte[] startJson(int status, JsonNode json) throws IOException {
    byte[] bytes = Json.write(json).getBytes(StandardCharsets.UTF_8);
    setHeader("content-type", "application/json");
    http.sendResponseHeaders(status, bytes.length);
    return bytes;
  }

  private void startStream(List<ServerSentEvent> events) throws IOException {
    setHeader("content-type", "text/event-stream; charset=utf-8");
    setHeader("cache-control", "no-cache");
    http.sendResponseHeaders(200, 0);
    OutputStream out = http.getResponseBody();
    for (ServerSentEvent event : events) {
      out.write(event.text().getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }
}
