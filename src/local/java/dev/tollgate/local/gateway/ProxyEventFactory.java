package dev.tollgate.local.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.tollgate.local.template.LocalNames;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Makes the REST v1 proxy event that a function gets for an HTTP request. */
final class ProxyEventFactory {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final DateTimeFormatter LOG_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final String stage;
  private final BinaryMediaTypes binary;

  ProxyEventFactory(String stage, BinaryMediaTypes binary) {
    this.stage = stage;
    this.binary = binary;
  }

  byte[] event(
      HttpExchange exchange,
      RouteTable.Match match,
      byte[] body,
      String requestId,
      Instant received) {
    Map<String, List<String>> headers = headers(exchange);
    Map<String, List<String>> query = QueryString.parse(exchange.getRequestURI().getRawQuery());
    ObjectNode event = JSON.objectNode();
    event.put("resource", match.route().path());
    event.put("path", exchange.getRequestURI().getRawPath());
    event.put("httpMethod", exchange.getRequestMethod());
    putLast(event, "headers", headers);
    putAll(event, "multiValueHeaders", headers);
    putLast(event, "queryStringParameters", query);
    putAll(event, "multiValueQueryStringParameters", query);
    putSingle(event, "pathParameters", match.pathParameters());
    event.putNull("stageVariables");
    event.set("requestContext", context(exchange, match, requestId, received));
    if (body.length == 0) {
      event.putNull("body");
      event.put("isBase64Encoded", false);
    } else if (binary.matches(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      event.put("body", Base64.getEncoder().encodeToString(body));
      event.put("isBase64Encoded", true);
    } else {
      event.put("body", new String(body, StandardCharsets.UTF_8));
      event.put("isBase64Encoded", false);
    }
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, List<String>> headers(HttpExchange exchange) {
    List<String> connection = exchange.getRequestHeaders().getOrDefault("Connection", List.of());
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!HopByHopHeaders.contains(name, connection)) {
                headers.put(name, List.copyOf(values));
              }
            });
    headers.merge(
        "X-Forwarded-For",
        List.of(source(exchange)),
        (given, own) -> List.of(String.join(", ", given) + ", " + own.getFirst()));
    headers.put("X-Forwarded-Port", List.of(Integer.toString(port(exchange))));
    headers.put("X-Forwarded-Proto", List.of("http"));
    return headers;
  }

  private static int port(HttpExchange exchange) {
    return exchange.getLocalAddress().getPort();
  }

  private static String source(HttpExchange exchange) {
    return exchange.getRemoteAddress().getAddress().getHostAddress();
  }

  private ObjectNode context(
      HttpExchange exchange, RouteTable.Match match, String requestId, Instant received) {
    ObjectNode context = JSON.objectNode();
    context.put("accountId", LocalNames.ACCOUNT);
    context.put("apiId", "local");
    context.put("resourceId", "local");
    context.put("resourcePath", match.route().path());
    context.put("httpMethod", exchange.getRequestMethod());
    context.put("path", "/" + stage + exchange.getRequestURI().getRawPath());
    context.put("protocol", exchange.getProtocol());
    context.put("stage", stage);
    context.put("requestId", requestId);
    context.put("extendedRequestId", requestId);
    context.put("requestTime", LOG_TIME.format(received));
    context.put("requestTimeEpoch", received.toEpochMilli());
    context.put("domainName", "127.0.0.1");
    context.put("domainPrefix", "127");
    ObjectNode identity = context.putObject("identity");
    identity.put("sourceIp", source(exchange));
    identity.put("userAgent", exchange.getRequestHeaders().getFirst("User-Agent"));
    for (String unknown :
        List.of(
            "accessKey",
            "accountId",
            "caller",
            "cognitoAuthenticationProvider",
            "cognitoAuthenticationType",
            "cognitoIdentityId",
            "cognitoIdentityPoolId",
            "principalOrgId",
            "user",
            "userArn")) {
      identity.putNull(unknown);
    }
    return context;
  }

  private static void putLast(ObjectNode event, String name, Map<String, List<String>> values) {
    if (values.isEmpty()) {
      event.putNull(name);
      return;
    }
    ObjectNode object = event.putObject(name);
    values.forEach((key, all) -> object.put(key, all.getLast()));
  }

  private static void putAll(ObjectNode event, String name, Map<String, List<String>> values) {
    if (values.isEmpty()) {
      event.putNull(name);
      return;
    }
    ObjectNode object = event.putObject(name);
    values.forEach(
        (key, all) -> {
          ArrayNode array = object.putArray(key);
          all.forEach(array::add);
        });
  }

  private static void putSingle(ObjectNode event, String name, Map<String, String> values) {
    if (values.isEmpty()) {
      event.putNull(name);
      return;
    }
    ObjectNode object = event.putObject(name);
    values.forEach(object::put);
  }
}
