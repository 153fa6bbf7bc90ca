package dev.tollgate.local.lambda;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.tollgate.local.loopback.LoopbackServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lambda's Runtime API for one environment: what its process sees of Lambda. */
final class RuntimeApi implements AutoCloseable {
  private static final String ROOT = "/2018-06-01/runtime/";
  private static final Pattern OUTCOME = Pattern.compile("invocation/([^/]+)/(response|error)");

  private final FunctionEnvironment environment;
  private final LoopbackServer server;

  private RuntimeApi(FunctionEnvironment environment) throws IOException {
    this.environment = environment;
    this.server = LoopbackServer.start(0, this::handle);
  }

  static RuntimeApi start(FunctionEnvironment environment) throws IOException {
    return new RuntimeApi(environment);
  }

  /** Returns host and port, as AWS_LAMBDA_RUNTIME_API has them. */
  String address() {
    return "127.0.0.1:" + server.port();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (!path.startsWith(ROOT)) {
      sendError(exchange, 404, "InvalidPath", "No such path: " + path);
      return;
    }
    String operation = path.substring(ROOT.length());
    Matcher outcome = OUTCOME.matcher(operation);
    if (method.equals("GET") && operation.equals("invocation/next")) {
      next(exchange);
    } else if (method.equals("POST") && operation.equals("init/error")) {
      environment.failInitialisation(body);
      sendAccepted(exchange);
    } else if (method.equals("POST") && outcome.matches()) {
      boolean known =
          outcome.group(2).equals("response")
              ? environment.respond(outcome.group(1), body)
              : environment.fail(outcome.group(1), body);
      if (!known) {
        sendError(exchange, 400, "InvalidRequestID", "Invalid request ID: " + outcome.group(1));
      } else if (body.length > PayloadLimits.SYNCHRONOUS) {
        sendError(
            exchange, 413, "RequestEntityTooLarge", "The answer is larger than Lambda carries");
      } else {
        sendAccepted(exchange);
      }
    } else {
      sendError(exchange, 404, "InvalidPath", "No such operation: " + method + " " + path);
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    Optional<FunctionEnvironment.Work> work;
    try {
      work = environment.next();
    } catch (InterruptedException e) {
      // The server closes; so does the connection, which tells the runtime.
      Thread.currentThread().interrupt();
      return;
    }
    if (work.isPresent()) {
      Invocation invocation = work.get().invocation();
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Type", "application/json");
      headers.set("Lambda-Runtime-Aws-Request-Id", invocation.requestId());
      headers.set(
          "Lambda-Runtime-Deadline-Ms", Long.toString(work.get().deadline().toEpochMilli()));
      headers.set("Lambda-Runtime-Invoked-Function-Arn", environment.function().arn());
      headers.set("Lambda-Runtime-Trace-Id", Invocation.newTrace());
      send(exchange, 200, invocation.payload());
    }
  }

  private static void sendAccepted(HttpExchange exchange) throws IOException {
    send(exchange, 202, "{\"status\":\"OK\"}".getBytes(StandardCharsets.UTF_8));
  }

  private static void sendError(HttpExchange exchange, int status, String type, String message)
      throws IOException {
    byte[] body =
        "{\"errorType\":\"%s\",\"errorMessage\":\"%s\"}"
            .formatted(type, message)
            .getBytes(StandardCharsets.UTF_8);
    send(exchange, status, body);
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.close();
  }
}
