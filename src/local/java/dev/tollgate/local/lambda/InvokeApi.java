package dev.tollgate.local.lambda;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lambda's Invoke API over HTTP. Signatures are accepted unread. */
final class InvokeApi implements HttpHandler {
  private static final Pattern PATH = Pattern.compile("/2015-03-31/functions/([^/]+)/invocations");

  private final LambdaService lambda;

  InvokeApi(LambdaService lambda) {
    this.lambda = lambda;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    byte[] payload = exchange.getRequestBody().readNBytes(PayloadLimits.SYNCHRONOUS + 1);
    Matcher path = PATH.matcher(exchange.getRequestURI().getRawPath());
    if (!path.matches() || !exchange.getRequestMethod().equals("POST")) {
      sendError(
          exchange,
          404,
          "UnknownOperationException",
          "The local Lambda knows POST /2015-03-31/functions/{name}/invocations only");
      return;
    }
    String function = URLDecoder.decode(path.group(1), StandardCharsets.UTF_8);
    String type =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type"))
            .orElse("RequestResponse");
    try {
      switch (type) {
        case "RequestResponse" -> sendResult(exchange, lambda.invoke(function, payload));
        case "Event" -> {
          setRequestId(exchange, lambda.invokeAsynchronously(function, payload));
          send(exchange, 202, new byte[0]);
        }
        case "DryRun" -> {
          lambda.dryRun(function);
          send(exchange, 204, new byte[0]);
        }
        default ->
            throw InvocationRejectedException.invalidParameter(
                "X-Amz-Invocation-Type must be RequestResponse, Event or DryRun, not " + type);
      }
    } catch (InvocationRejectedException e) {
      sendError(exchange, e.status(), e.type(), String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      // The service closes, and the connection with it.
      Thread.currentThread().interrupt();
    }
  }

  private static void sendResult(HttpExchange exchange, InvocationResult result)
      throws IOException {
    setRequestId(exchange, result.requestId());
    Headers headers = exchange.getResponseHeaders();
    headers.set("X-Amz-Executed-Version", LambdaService.VERSION);
    headers.set("Content-Type", "application/json");
    if (result instanceof InvocationResult.Failed) {
      headers.set("X-Amz-Function-Error", LambdaService.FUNCTION_ERROR);
    }
    send(exchange, 200, result.payload());
  }

  private static void sendError(HttpExchange exchange, int status, String type, String message)
      throws IOException {
    exchange.getResponseHeaders().set("X-Amzn-ErrorType", type);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] body =
        JsonNodeFactory.instance
            .objectNode()
            .put("Type", "User")
            .put("Message", message)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    send(exchange, status, body);
  }

  private static void setRequestId(HttpExchange exchange, String requestId) {
    exchange.getResponseHeaders().set("X-Amzn-RequestId", requestId);
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }
}
