package dev.tollgate.function;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer on its way to API Gateway. */
record HttpAnswer(int status, Map<String, String> headers, JsonNode body) {
  HttpAnswer {
    headers = Map.copyOf(headers);
  }

  static HttpAnswer of(int status, JsonNode body) {
    return new HttpAnswer(status, Map.of(), body);
  }

  static HttpAnswer of(ApiError error) {
    return of(error.status(), error.body());
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
}
