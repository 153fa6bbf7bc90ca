package dev.tollgate.function;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer on its way to API Gateway. */
record HttpAnswer(int status, Map<String, String> headers, Body body) {
  HttpAnswer {
    headers = Map.copyOf(headers);
  }

  /** What an answer holds. */
  sealed interface Body {
    /** The media type. */
    String type();

    record Json(JsonNode value) implements Body {
      @Override
      public String type() {
        return "application/json";
      }
    }

    /** Server-sent events, all at once: what a function answers goes out when it is whole. */
    record EventStream(String events) implements Body {
      @Override
      public String type() {
        return "text/event-stream";
      }
    }
  }

  static HttpAnswer of(int status, JsonNode body) {
    return new HttpAnswer(status, Map.of(), new Body.Json(body));
  }

  static HttpAnswer of(ApiError error) {
    return of(error.status(), error.body());
  }

  static HttpAnswer stream(String events) {
    return new HttpAnswer(200, Map.of(), new Body.EventStream(events));
  }

  /** The answer with the revision that it tells of, for a later {@code If-Match}. */
  HttpAnswer tagged(long revision) {
    return with("etag", "\"" + revision + "\"");
  }

  HttpAnswer with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpAnswer(status, more, body);
  }

  /** The JSON of an answer that is no stream. */
  JsonNode json() {
    return switch (body) {
      case Body.Json(JsonNode value) -> value;
      case Body.EventStream _ -> throw new IllegalStateException("a stream is not JSON");
    };
  }
}
