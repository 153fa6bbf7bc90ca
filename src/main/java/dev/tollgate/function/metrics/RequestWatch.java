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
 * What surrounds each request to a function: the trace that its log lines name, and the metrics
 * {@code Requests}, {@code RequestFaults} and {@code RequestLatencyMs}, whose lines name the
 * function.
 */
@Singleton
public class RequestWatch {
  /** Keys of what log lines name. */
  static final String TRACE = "trace_id";

  static final String CALL = LlmInvoker.MDC_CALL_ID;

  private static final int FAULT = 500;

  private final EmbeddedMetrics metrics;
  private final String function;

  public RequestWatch(
      EmbeddedMetrics metrics,
      @ConfigProperty(name = "quarkus.funqy.export", defaultValue = "none") String function) {
    this.metrics = metrics;
    this.function = function;
  }

  /**
   * Answers a request.
   *
   * @param status of an answer, as HTTP has it
   */
  public <T> T watch(TraceContext trace, Supplier<T> request, ToIntFunction<T> status) {
    long begun = System.nanoTime();
    int told = FAULT;
    MDC.put(TRACE, trace.traceId());
    try {
      T answer = trace.callWithin(request);
      told = status.applyAsInt(answer);
      return answer;
    } finally {
      write(trace, told, Duration.ofNanos(System.nanoTime() - begun));
      MDC.remove(TRACE);
      MDC.remove(CALL);
    }
  }

  private void write(TraceContext trace, int status, Duration latency) {
    metrics.write(
        Map.of(
            "Requests",
            1,
            "RequestFaults",
            status >= FAULT ? 1 : 0,
            "RequestLatencyMs",
            latency.toMillis()),
        JsonNodeFactory.instance
            .objectNode()
            .put("function", function)
            .put("status", status)
            .put(TRACE, trace.traceId()));
  }
}
