package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.invocation.LlmInvoker;
import dev.tollgate.trace.TraceContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.MDC;

/**
 * Surrounds each request to a function with its trace context, the trace id of its log lines, and
 * the metrics {@code Requests}, {@code RequestFaults} and {@code RequestLatencyMs}.
 */
@Singleton
public class RequestTelemetry {
  /** MDC keys, and fields of log lines. */
  static final String TRACE_ID_KEY = "trace_id";

  static final String CALL_ID_KEY = LlmInvoker.MDC_CALL_ID;

  private static final int SERVER_ERROR = 500;

  private final EmbeddedMetrics metrics;
  private final String function;

  public RequestTelemetry(
      EmbeddedMetrics metrics,
      @ConfigProperty(name = "quarkus.funqy.export", defaultValue = "none") String function) {
    this.metrics = metrics;
    this.function = function;
  }

  /**
   * Runs a request handler within a trace and records its metrics.
   *
   * @param status returns the HTTP status of a response
   */
  public <T> T record(TraceContext trace, Supplier<T> handler, ToIntFunction<T> status) {
    long started = System.nanoTime();
    int responseStatus = SERVER_ERROR;
    MDC.put(TRACE_ID_KEY, trace.traceId());
    try {
      T response = trace.callWithin(handler);
      responseStatus = status.applyAsInt(response);
      return response;
    } finally {
      write(trace, responseStatus, Duration.ofNanos(System.nanoTime() - started));
      MDC.remove(TRACE_ID_KEY);
      MDC.remove(CALL_ID_KEY);
    }
  }

  private void write(TraceContext trace, int status, Duration latency) {
    metrics.write(
        Map.of(
            "Requests",
            1,
            "RequestFaults",
            status >= SERVER_ERROR ? 1 : 0,
            "RequestLatencyMs",
            latency.toMillis()),
        JsonNodeFactory.instance
            .objectNode()
            .put("function", function)
            .put("status", status)
            .put(TRACE_ID_KEY, trace.traceId()));
  }
}
