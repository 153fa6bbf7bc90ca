package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.metrics.RequestTelemetry;
import dev.tollgate.trace.TraceContext;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jboss.logging.Logger;

/** Handles the events of a function: requests through API Gateway, and direct invocations. */
@Singleton
public class ApiGatewayHandler {
  private static final Logger LOG = Logger.getLogger(ApiGatewayHandler.class);

  /** Lambda limits a response to 6 MB, escaping included. */
  private static final int MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

  /**
   * Defaults for every response. A response is for one caller and is not a page, so no proxy or
   * browser should store, render or frame it.
   */
  private static final Map<String, String> SECURITY_HEADERS =
      Map.of(
          "cache-control", "no-store",
          "content-security-policy", "default-src 'none'; frame-ancestors 'none'",
          "referrer-policy", "no-referrer",
          "strict-transport-security", "max-age=31536000",
          "x-content-type-options", "nosniff");

  private final RequestTelemetry telemetry;
  private final AccessControl access;
  private final ObjectMapper json;

  public ApiGatewayHandler(RequestTelemetry telemetry, AccessControl access, ObjectMapper json) {
    this.telemetry = telemetry;
    this.access = access;
    this.json = json;
  }

  /**
   * Handles one event.
   *
   * @param routes for requests through API Gateway
   * @param actions for direct invocations
   */
  public JsonNode handle(JsonNode event, RouteTable routes, ActionTable actions) {
    TraceContext trace = TraceContexts.fromEvent(event);
    if (HttpRequest.isProxyEvent(event)) {
      HttpResponse response =
          telemetry.record(trace, () -> handleRequest(event, routes), HttpResponse::status);
      return toProxyResponse(response.withHeader("x-tollgate-trace-id", trace.traceId()));
    }
    return telemetry.record(trace, () -> handleAction(event, actions), _ -> 200);
  }

  private HttpResponse handleRequest(JsonNode event, RouteTable routes) {
    try {
      HttpRequest request = HttpRequest.of(event);
      if (request.isTooLarge()) {
        return HttpResponse.of(
            ApiError.tooLarge(
                "body", "The body is larger than 4 MB. Send less, or refer to content by URL."));
      }
      return routes.handle(request, access, json);
    } catch (ApiException e) {
      return HttpResponse.of(e.error());
    } catch (RuntimeException e) {
      LOG.errorf(
          e,
          "Failed to handle %s %s",
          event.path("httpMethod").asText(),
          event.path("path").asText());
      return HttpResponse.of(
          DynamoDbErrors.isStoreUnavailable(e)
              ? ApiError.serverError(
                  503, "store_unavailable", "DynamoDB is unavailable. Try again in a moment.")
              : ApiError.serverError(
                  500, "internal_error", "Tollgate had an internal error. Try again later."));
    }
  }

  private static JsonNode handleAction(JsonNode event, ActionTable actions) {
    try {
      if (!(event instanceof ObjectNode envelope) || !event.path("action").isTextual()) {
        throw new ApiException(
            ApiError.missing(
                "action", "A direct invocation must be an object with an action and its fields."));
      }
      JsonText.requireUnicode("event", event);
      ObjectNode fields = envelope.deepCopy();
      return actions.handle(fields.remove("action").textValue(), fields);
    } catch (ApiException e) {
      return e.error().body();
    }
  }

  private JsonNode toProxyResponse(HttpResponse response) {
    String body = response.text(json);
    if (body.getBytes(StandardCharsets.UTF_8).length > MAX_RESPONSE_BYTES) {
      ApiError error =
          ApiError.serverError(
              502, "answer_too_large", "The response is larger than 4 MB. Request less at a time.");
      return toProxyResponse(HttpResponse.of(error));
    }
    ObjectNode proxy = json.createObjectNode().put("statusCode", response.status());
    ObjectNode headers = proxy.putObject("headers");
    SECURITY_HEADERS.forEach(headers::put);
    headers.put("content-type", response.body().type());
    for (Map.Entry<String, String> header : response.headers().entrySet()) {
      headers.put(header.getKey(), header.getValue());
    }
    return proxy.put("body", body).put("isBase64Encoded", false);
  }
}
