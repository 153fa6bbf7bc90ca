package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.metrics.RequestWatch;
import dev.tollgate.trace.TraceContext;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Takes the events of a function that has both an API and direct callers, and turns what the
 * function says into what Lambda must answer.
 */
@Singleton
public class Front {
  private static final Logger LOG = Logger.getLogger(Front.class);

  /** The largest answer that is sent, in bytes: Lambda ends at 6 MB, escaping included. */
  private static final int MAX_ANSWER = 4 * 1024 * 1024;

  /**
   * Of every answer that does not say otherwise. Answers are for one caller and no page; a proxy or
   * a browser that keeps, renders or frames one does harm only.
   */
  private static final Map<String, String> GUARD =
      Map.of(
          "cache-control", "no-store",
          "content-security-policy", "default-src 'none'; frame-ancestors 'none'",
          "referrer-policy", "no-referrer",
          "strict-transport-security", "max-age=31536000",
          "x-content-type-options", "nosniff");

  private final RequestWatch watch;
  private final ObjectMapper json;

  public Front(RequestWatch watch, ObjectMapper json) {
    this.watch = watch;
    this.json = json;
  }

  /**
   * Handles one event.
   *
   * @param http answers a request that came through API Gateway
   * @param direct answers {@code {"action": ..., ...}} from a caller whom IAM let in
   */
  public JsonNode handle(
      JsonNode event,
      Function<HttpRequest, HttpAnswer> http,
      BiFunction<String, ObjectNode, JsonNode> direct) {
    TraceContext trace = Traces.of(event);
    if (HttpRequest.isProxyEvent(event)) {
      HttpAnswer answer = watch.watch(trace, () -> http(event, http), HttpAnswer::status);
      return proxyAnswer(answer.with("x-tollgate-trace-id", trace.traceId()));
    }
    return watch.watch(trace, () -> direct(event, direct), _ -> 200);
  }

  private static HttpAnswer http(JsonNode event, Function<HttpRequest, HttpAnswer> http) {
    try {
      HttpRequest request = HttpRequest.of(event);
      if (request.isTooLarge()) {
        return HttpAnswer.of(
            ApiError.tooLarge(
                "body", "The body is larger than 4 MB: send less, or refer to it by URL."));
      }
      return http.apply(request);
    } catch (RefusedException e) {
      return HttpAnswer.of(e.error());
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s %s failed", event.path("httpMethod").asText(), event.path("path").asText());
      return HttpAnswer.of(
          DynamoDbFault.isOne(e)
              ? ApiError.fault(
                  503, "store_unavailable", "DynamoDB did not answer: try again in a moment.")
              : ApiError.fault(
                  500, "internal_error", "Tollgate failed on this request: try again later."));
    }
  }

  private JsonNode direct(JsonNode event, BiFunction<String, ObjectNode, JsonNode> direct) {
    try {
      if (!(event instanceof ObjectNode envelope) || !event.path("action").isTextual()) {
        throw new RefusedException(
            ApiError.missing(
                "action", "A direct invocation is an object with an action and its fields."));
      }
      JsonText.requireUnicode("event", event);
      ObjectNode fields = envelope.deepCopy();
      return direct.apply(fields.remove("action").textValue(), fields);
    } catch (RefusedException e) {
      return e.error().body();
    }
  }

  private JsonNode proxyAnswer(HttpAnswer answer) {
    String body = answer.text(json);
    if (body.getBytes(StandardCharsets.UTF_8).length > MAX_ANSWER) {
      ApiError error =
          ApiError.fault(
              502, "answer_too_large", "The answer is larger than 4 MB: ask for a shorter one.");
      return proxyAnswer(HttpAnswer.of(error));
    }
    ObjectNode proxy = json.createObjectNode().put("statusCode", answer.status());
    ObjectNode headers = proxy.putObject("headers");
    GUARD.forEach(headers::put);
    headers.put("content-type", answer.body().type());
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      headers.put(header.getKey(), header.getValue());
    }
    return proxy.put("body", body).put("isBase64Encoded", false);
  }

  /** The body of a request that may have none, which is an empty object. */
  public ObjectNode objectOrNone(HttpRequest request) {
    return request.body().isBlank() ? json.createObjectNode() : object(request);
  }

  /** The body of a request, which must be a JSON object. */
  public ObjectNode object(HttpRequest request) {
    if (request.body().isBlank()) {
      throw new RefusedException(ApiError.missing("body", "The body is empty: send JSON."));
    }
    JsonNode body = JsonText.parse(json, "body", request.body());
    if (body instanceof ObjectNode object) {
      return object;
    }
    throw new RefusedException(ApiError.invalid("body", "The body must be a JSON object."));
  }
}
