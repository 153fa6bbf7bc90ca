package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** A response to API Gateway. */
public record HttpResponse(int status, Map<String, String> headers, Body body) {
  /**
   * Characters that no header may hold. Some servers truncate them to a byte, such as a line end.
   */
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  public HttpResponse {
    headers = Map.copyOf(headers);
  }

  /** The body of a response. */
  public sealed interface Body {
    /** The media type. */
    String type();

    record Json(JsonNode value) implements Body {
      @Override
      public String type() {
        return "application/json";
      }
    }

    /** A text that is sent unchanged. */
    record Text(String type, String text) implements Body {}
  }

  public static HttpResponse of(int status, JsonNode body) {
    return new HttpResponse(status, Map.of(), new Body.Json(body));
  }

  public static HttpResponse of(ApiError error) {
    HttpResponse response = of(error.status(), error.body());
    return error.isPermanent() ? response.withoutRetry() : response;
  }

  /** Server-sent events, all at once: a function sends its response when it is complete. */
  public static HttpResponse stream(String events) {
    return text("text/event-stream", events);
  }

  public static HttpResponse text(String type, String text) {
    return new HttpResponse(200, Map.of(), new Body.Text(type, text));
  }

  static HttpResponse csv(String text) {
    return text("text/csv; charset=utf-8; header=present", text);
  }

  public static HttpResponse empty(int status) {
    return new HttpResponse(status, Map.of(), new Body.Text("text/plain", ""));
  }

  /** Adds a revision, for a later {@code If-Match}. */
  public HttpResponse withEtag(long revision) {
    return withHeader("etag", "\"" + revision + "\"");
  }

  /** Tells official clients not to retry, whatever the status. */
  public HttpResponse withoutRetry() {
    return withHeader("x-should-retry", "false");
  }

  public HttpResponse withHeader(String name, String value) {
    return withHeader(Map.of(name, value));
  }

  /** Adds headers. They may quote names that a caller or a provider chose. */
  public HttpResponse withHeader(Map<String, String> others) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    others.forEach((name, value) -> more.put(name, UNPRINTABLE.matcher(value).replaceAll("?")));
    return new HttpResponse(status, more, body);
  }

  /** The body as text. */
  public String text(ObjectMapper json) {
    return switch (body) {
      case Body.Json(JsonNode value) -> JsonText.write(json, value);
      case Body.Text(_, String text) -> text;
    };
  }

  /** The body of a JSON response. */
  public JsonNode json() {
    return switch (body) {
      case Body.Json(JsonNode value) -> value;
      case Body.Text _ -> throw new IllegalStateException("a text is not JSON");
    };
  }
}
