package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request through API Gateway (REST API, payload version 1).
 *
 * @param path begins with a slash
 * @param headers by lower-case name; several lines of one name are a list (RFC 9110, 5.3)
 * @param parameters of the query, by name; each has at least one value
 * @param receivedAt the time at which API Gateway received the request, if known
 */
public record HttpRequest(
    String method,
    String path,
    Map<String, String> headers,
    Map<String, List<String>> parameters,
    String body,
    Optional<Instant> receivedAt) {
  /** The largest body that is accepted. */
  static final int MAX_BODY_BYTES = 4 * 1024 * 1024;

  public HttpRequest {
    path = path.startsWith("/") ? path : "/" + path;
    headers = Map.copyOf(headers);
    parameters = Map.copyOf(parameters);
  }

  /** Whether an event is from API Gateway. A caller cannot set these fields of an event. */
  public static boolean isProxyEvent(JsonNode event) {
    return event.has("httpMethod") && event.has("requestContext");
  }

  /** The headers of an event, by lower-case name; empty if API Gateway did not send it. */
  static Map<String, String> headers(JsonNode event) {
    Map<String, String> headers = new HashMap<>();
    event
        .path("headers")
        .properties()
        .forEach(
            header ->
                headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue().asText()));
    for (Map.Entry<String, JsonNode> header : event.path("multiValueHeaders").properties()) {
      if (header.getValue().size() > 1) {
        headers.put(
            header.getKey().toLowerCase(Locale.ROOT), String.join(", ", texts(header.getValue())));
      }
    }
    return headers;
  }

  static HttpRequest of(JsonNode event) {
    Map<String, List<String>> parameters = new HashMap<>();
    for (Map.Entry<String, JsonNode> parameter :
        event.path("multiValueQueryStringParameters").properties()) {
      List<String> values = texts(parameter.getValue());
      if (!values.isEmpty()) {
        parameters.put(parameter.getKey(), values);
      }
    }
    String body = event.path("body").isTextual() ? event.path("body").textValue() : "";
    if (event.path("isBase64Encoded").asBoolean()) {
      body = decode(body);
    }
    JsonNode epoch = event.path("requestContext").path("requestTimeEpoch");
    return new HttpRequest(
        event.path("httpMethod").asText(),
        event.path("path").asText(),
        headers(event),
        parameters,
        body,
        epoch.canConvertToLong()
            ? Optional.of(Instant.ofEpochMilli(epoch.longValue()))
            : Optional.empty());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(value -> texts.add(value.asText()));
    return List.copyOf(texts);
  }

  private static String decode(String body) {
    try {
      return new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ApiException(ApiError.invalid("body", "The body is not base64."));
    }
  }

  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /** The last value of each parameter of the query. */
  Map<String, String> queryParameters() {
    Map<String, String> query = new HashMap<>();
    parameters.forEach((name, values) -> query.put(name, values.getLast()));
    return query;
  }

  /** The segments of the path: {@code /v1/messages} is {@code [v1, messages]}. */
  List<String> pathSegments() {
    return segments(path);
  }

  /** The segments of a path or a pattern that begins with a slash. */
  static List<String> segments(String path) {
    return List.of(path.substring(1).split("/", -1));
  }

  boolean isTooLarge() {
    return body.length() > MAX_BODY_BYTES
        || body.getBytes(StandardCharsets.UTF_8).length > MAX_BODY_BYTES;
  }
}
