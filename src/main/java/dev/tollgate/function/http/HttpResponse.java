package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** An answer on its way to API Gateway. */
public record HttpResponse(int status, Map<String, String> headers, Body body) {
  /**
   * What no header can hold: some servers cut such characters to a byte, be it the end of a line.
   */
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  public HttpResponse {
    headers = Map.copyOf(headers);
  }

  /** What an answer holds. */
  public sealed interface Body {
    /** The media type. */
    String type();

    record Json(JsonNode value) implements Body {
      @Override
      public String type() {
        return "application/json";
      }
    }

    /** What is to go out as it is. */
    record Text(String type, String text) implements Body {}
  }

  public static HttpResponse of(int status, JsonNode body) {
    return new HttpResponse(status, Map.of(), new Body.Json(body));
  }

  public static HttpResponse of(ApiError error) {
    return of(error.status(), error.body());
  }

  /** Server-sent events, all at once: what a function answers goes out when it is whole. */
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

  /** The answer with the revision that it tells of, for a later {@code If-Match}. */
  public HttpResponse withEtag(long revision) {
    return withHeader("etag", "\"" + revision + "\"");
  }

  public HttpResponse withHeader(String name, String value) {
    return withHeader(Map.of(name, value));
  }

  /**
   * The answer with more headers, which may repeat what a caller or a provider called something.
   */
  public HttpResponse withHeader(Map<String, String> others) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    others.forEach((name, value) -> more.put(name, UNPRINTABLE.matcher(value).replaceAll("?")));
    return new HttpResponse(status, more, body);
  }

  /** The body as it goes out. */
  public String text(ObjectMapper json) {
    return switch (body) {
      case Body.Json(JsonNode value) -> JsonText.write(json, value);
      case Body.Text(_, String text) -> text;
    };
  }

  /** The JSON of an answer that was made of some. */
  public JsonNode json() {
    return switch (body) {
      case Body.Json(JsonNode value) -> value;
      case Body.Text _ -> throw new IllegalStateException("a text is not JSON");
    };
  }
}
