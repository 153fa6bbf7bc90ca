package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.metrics.RequestTelemetry;
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
public class ApiGatewayHandler {
  private static final Logger LOG = Logger.getLogger(ApiGatewayHandler.class);

  /** The largest answer that is sent, in bytes: Lambda ends at 6 MB, escaping included. */
  private static final int MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

  /**
   * Of every answer that does not say otherwise. Answers are for one caller and no page; a proxy or
   * a browser that keeps, renders or frames one does harm only.
   */
  private static final Map<String, String> SECURITY_HEADERS =
      Map.of(
          "cache-control", "no-store",
          "content-security-policy", "default-src 'none'; frame-ancestors 'none'",
          "referrer-policy", "no-referrer",
          "strict-transport-security", "max-age=31536000",
          "x-content-type-options", "nosniff");

  private final RequestTelemetry telemetry;
  private final ObjectMapper json;

  public ApiGatewayHandler(RequestTelemetry telemetry, ObjectMapper json) {
    this.telemetry = telemetry;
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
      Function<HttpRequest, HttpResponse> http,
      BiFunction<String, ObjectNode, JsonNode> direct) {
    TraceContext trace = TraceContexts.fromEvent(event);
    if (HttpRequest.isProxyEvent(event)) {
      HttpResponse answer =
          telemetry.record(trace, () -> handleHttp(event, http), HttpResponse::status);
      return toProxyResponse(answer.withHeader("x-tollgate-trace-id", trace.traceId()));
    }
    return telemetry.record(trace, () -> handleDirect(event, direct), _ -> 200);
  }

  private static HttpResponse handleHttp(JsonNode event, Function<HttpRequest, HttpResponse> http) {
    try {
      HttpRequest request = HttpRequest.of(event);
      if (request.isTooLarge()) {
        return HttpResponse.of(
            ApiError.tooLarge(
                "body", "The body is larger than 4 MB: send less, or refer to it by URL."));
      }
      return http.apply(request);
    } catch (ApiException e) {
      return HttpResponse.of(e.error());
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s %s failed", event.path("httpMethod").asText(), event.path("path").asText());
      return HttpResponse.of(
          DynamoDbErrors.isStoreUnavailable(e)
              ? ApiError.serverError(
                  503, "store_unavailable", "DynamoDB did not answer: try again in a moment.")
              : ApiError.serverError(
                  500, "internal_error", "Tollgate failed on this request: try again later."));
    }
  }

  private JsonNode handleDirect(JsonNode event, BiFunction<String, ObjectNode, JsonNode> direct) {
    try {
      if (!(event instanceof ObjectNode envelope) || !event.path("action").isTextual()) {
        throw new ApiException(
            ApiError.missing(
                "action", "A direct invocation is an object with an action and its fields."));
      }
      JsonText.requireUnicode("event", event);
      ObjectNode fields = envelope.deepCopy();
      return direct.apply(fields.remove("action").textValue(), fields);
    } catch (ApiException e) {
      return e.error().body();
    }
  }

  private JsonNode toProxyResponse(HttpResponse answer) {
    String body = answer.text(json);
    if (body.getBytes(StandardCharsets.UTF_8).length > MAX_RESPONSE_BYTES) {
      ApiError error =
          ApiError.serverError(
              502, "answer_too_large", "The answer is larger than 4 MB: ask for a shorter one.");
      return toProxyResponse(HttpResponse.of(error));
    }
    ObjectNode proxy = json.createObjectNode().put("statusCode", answer.status());
    ObjectNode headers = proxy.putObject("headers");
    SECURITY_HEADERS.forEach(headers::put);
    headers.put("content-type", answer.body().type());
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      headers.put(header.getKey(), header.getValue());
    }
    return proxy.put("body", body).put("isBase64Encoded", false);
  }

  /** The body of a request that may have none, which is an empty object. */
  public ObjectNode readObjectOrEmpty(HttpRequest request) {
    return request.body().isBlank() ? json.createObjectNode() : readObject(request);
  }

  /** The body of a request, which must be a JSON object. */
  public ObjectNode readObject(HttpRequest request) {
    if (request.body().isBlank()) {
      throw new ApiException(ApiError.missing("body", "The body is empty: send JSON."));
    }
    JsonNode body = JsonText.parse(json, "body", request.body());
    if (body instanceof ObjectNode object) {
      return object;
    }
    throw new ApiException(ApiError.invalid("body", "The body must be a JSON object."));
  }
}
