package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.trace.TraceContext;
import java.util.Map;
import java.util.Optional;

/** Finds the trace of an event: the caller's, else AWS's, else a new one. */
public final class TraceContexts {
  private static final String XRAY_HEADER = "x-amzn-trace-id";

  /** Lambda's runtimes set this property to the trace of the current invocation. */
  private static final String XRAY_PROPERTY = "com.amazonaws.xray.traceHeader";

  private TraceContexts() {}

  public static TraceContext fromEvent(JsonNode event) {
    Map<String, String> headers = HttpRequest.headers(event);
    return TraceContext.parse(find(headers, "traceparent"), find(headers, "tracestate"))
        .or(() -> find(headers, XRAY_HEADER).flatMap(TraceContext::parseXRay))
        .or(
            () ->
                Optional.ofNullable(System.getProperty(XRAY_PROPERTY))
                    .flatMap(TraceContext::parseXRay))
        .orElseGet(TraceContext::startNew);
  }

  private static Optional<String> find(Map<String, String> headers, String name) {
    return Optional.ofNullable(headers.get(name));
  }
}
