package dev.tollgate.local.gateway;

import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import dev.tollgate.local.template.GatewayResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Sends API Gateway's own answers as the template words them. */
final class GatewayErrorWriter {
  private static final String DEFAULT_TEMPLATE = "{\"message\":$context.error.messageString}";

  private final Map<String, GatewayResponse> responses;

  GatewayErrorWriter(Map<String, GatewayResponse> responses) {
    this.responses = Map.copyOf(responses);
  }

  void send(HttpExchange exchange, GatewayError refusal, String requestId) throws IOException {
    Optional<GatewayResponse> response =
        Stream.of(refusal.name(), refusal.family())
            .flatMap(type -> Optional.ofNullable(responses.get(type)).stream())
            .findFirst();
    String template = response.flatMap(GatewayResponse::bodyTemplate).orElse(DEFAULT_TEMPLATE);
    byte[] body = render(template, refusal, requestId).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
    exchange.getResponseHeaders().set("x-amzn-ErrorType", refusal.name());
    response.ifPresent(given -> given.headers().forEach(exchange.getResponseHeaders()::set));
    int status = response.flatMap(GatewayResponse::status).orElse(refusal.status());
    BodyWriter.send(exchange, status, body);
  }

  private static String render(String template, GatewayError refusal, String requestId) {
    return template
        .replace("$context.error.messageString", TextNode.valueOf(refusal.message()).toString())
        .replace("$context.error.message", refusal.message())
        .replace("$context.error.responseType", refusal.name())
        .replace("$context.requestId", requestId);
  }
}
