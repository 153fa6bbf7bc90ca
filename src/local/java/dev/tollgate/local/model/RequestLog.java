package dev.tollgate.local.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import dev.tollgate.local.model.answer.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * Remembers the requests that reached the model, so that a test can tell what was sent upstream and
 * what a cache kept back. Headers are kept by allow-list: a key must not turn up in a test report.
 */
final class RequestLog {
  private static final int MAX_ENTRIES = 200;
  private static final List<String> HEADERS =
      List.of(
          "accept",
          "anthropic-beta",
          "anthropic-version",
          "content-type",
          "idempotency-key",
          "traceparent",
          "tracestate",
          "user-agent",
          "x-request-id",
          "x-simulate",
          "x-stainless-retry-count");

  private final Deque<ObjectNode> recent = new ArrayDeque<>();
  private long count;

  void add(String method, String path, Headers headers, String body) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("method", method).put("path", path);
    ObjectNode kept = entry.putObject("headers");
    headers.forEach(
        (name, values) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (HEADERS.contains(lower) || lower.startsWith("x-tollgate-")) {
            kept.put(lower, String.join(", ", values));
          }
        });
    Json.parse(body)
        .ifPresentOrElse(json -> entry.set("body", json), () -> entry.put("body", body));
    synchronized (this) {
      count++;
      recent.addLast(entry);
      if (recent.size() > MAX_ENTRIES) {
        recent.removeFirst();
      }
    }
  }

  synchronized ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("count", count);
    json.putArray("requests").addAll(recent);
    return json;
  }

  synchronized void clear() {
    count = 0;
    recent.clear();
  }
}
