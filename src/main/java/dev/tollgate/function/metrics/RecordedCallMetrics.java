package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.trace.TraceContext;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** CloudWatch's metrics of calls: of each that is written down, and of each that could not be. */
@Singleton
public class RecordedCallMetrics {
  private static final Set<String> TRUNCATED =
      Set.of(FinishReason.MAX_TOKENS.id(), FinishReason.CONTEXT_WINDOW_EXCEEDED.id());

  private final EmbeddedMetrics metrics;

  public RecordedCallMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  /** Writes a call down, and its metrics whatever comes of that. */
  void measure(CallRecord call, Runnable write) {
    Map<String, Number> values = values(call);
    try {
      write.run();
    } catch (CallNotLoggedException e) {
      values.put("SpilledCalls", 1);
      throw e;
    } finally {
      metrics.write(call.time(), values, properties(call));
    }
  }

  private static Map<String, Number> values(CallRecord call) {
    Map<String, Number> values = new HashMap<>();
    values.put("SpendUsd", call.cost());
    values.put("AvoidedUsd", call.avoidedCost());
    values.put("InputTokens", call.usage().promptTokens());
    values.put("CacheReadTokens", call.usage().cacheRead());
    values.put("CacheWriteTokens", call.usage().cacheWrite5m() + call.usage().cacheWrite1h());
    values.put("OutputTokens", call.usage().output());
    if (call.finalAttempt()) {
      values.put("Calls", 1);
      values.put("CallErrors", count(call.failure().isPresent()));
      values.put("CacheHits", count(call.cache() != CacheOutcome.NONE));
      values.put("LatencyMs", call.latency().toMillis());
    }
    if (call.cache() == CacheOutcome.NONE && call.finishReason().isPresent()) {
      String reason = call.finishReason().get();
      values.put("Answers", 1);
      values.put("Refusals", count(reason.equals(FinishReason.REFUSAL.id())));
      values.put("Truncations", count(TRUNCATED.contains(reason)));
    }
    return values;
  }

  private static int count(boolean it) {
    return it ? 1 : 0;
  }

  private static ObjectNode properties(CallRecord call) {
    ObjectNode properties =
        JsonNodeFactory.instance
            .objectNode()
            .put("call", call.id().value())
            .put("call_id", call.callId().value())
            .put("trace_id", TraceContext.current().traceId())
            .put("key_id", call.keyId())
            .put("team", call.team())
            .put("endpoint", call.endpoint())
            .put("provider", call.provider())
            .put("model", call.model())
            .put("cache", call.cache().id())
            .put("purpose", call.purpose().name().toLowerCase(Locale.ROOT));
    call.user().ifPresent(user -> properties.put("user_id", user));
    call.prompt()
        .ifPresent(
            prompt -> properties.put("prompt", prompt.name()).put("version", prompt.version()));
    call.failure().ifPresent(failure -> properties.put("failure", failure));
    return properties;
  }
}
