package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** An answer on its way to API Gateway. */
public record HttpAnswer(int status, Map<String, String> headers, Body body) {
  /**
   * What no header can hold: some servers cut such characters to a byte, be it the end of a line.
   */
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  public HttpAnswer {
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

  public static HttpAnswer of(int status, JsonNode body) {
    return new HttpAnswer(status, Map.of(), new Body.Json(body));
  }

  public static HttpAnswer of(ApiError error) {
    return of(error.status(), error.body());
  }

  /** Server-sent events, all at once: what a function answers goes out when it is whole. */
  public static HttpAnswer stream(String events) {
    return text("text/event-stream", events);
  }

  public static HttpAnswer text(String type, String text) {
    return new HttpAnswer(200, Map.of(), new Body.Text(type, text));
  }

  static HttpAnswer csv(String text) {
    return text("text/csv; charset=utf-8; header=present", text);
  }

  public static HttpAnswer empty(int status) {
    return new HttpAnswer(status, Map.of(), new Body.Text("text/plain", ""));
  }

  /** The answer with the revision that it tells of, for a later {@code If-Match}. */
  public HttpAnswer tagged(long revision) {
    return with("etag", "\"" + revision + "\"");
  }

  public HttpAnswer with(String name, String value) {
    return with(Map.of(name, value));
  }

  /**
   * The answer with more headers, which may repeat what a caller or a provider called something.
   */
  public HttpAnswer with(Map<String, String> others) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    others.forEach((name, value) -> more.put(name, UNPRINTABLE.matcher(value).replaceAll("?")));
    return new HttpAnswer(status, more, body);
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
